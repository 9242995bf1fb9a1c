// Writes what the rivals make of a collection: rivals.js RIVAL COLLECTION OUT
//
// RIVAL is postman-code-generators or httpsnippet. For each request a file with curl, one with Python and one with
// Rust, as Postwright has them; the library is given what it needs and nothing is done twice.
'use strict';

const fs = require('fs');
const path = require('path');
const { Collection } = require('postman-collection');

const [rival, file, out] = process.argv.slice(2);
const collection = new Collection(JSON.parse(fs.readFileSync(file, 'utf8')));
fs.mkdirSync(out, { recursive: true });
let count = 0;
const write = (ending, text) => fs.writeFileSync(path.join(out, `${count}.${ending}`), text);

const OF_POSTMAN = [
  ['curl', 'cURL', 'sh'],
  ['python', 'Requests', 'py'],
  ['rust', 'reqwest', 'rs'],
];

/** The request in the format that httpsnippet reads, which is that of recordings of browsers. */
function recorded(request) {
  const headers = request.headers.all().filter((it) => !it.disabled);
  const body = request.body;
  const type = (headers.find((it) => it.key.toLowerCase() === 'content-type') || {}).value;
  return {
    method: request.method,
    url: encodeURI(request.url.toString().replace(/\{\{.*?\}\}/g, 'x')).replace(/^(?!https?:)/, 'https://'),
    httpVersion: 'HTTP/1.1',
    cookies: [],
    queryString: [],
    headers: headers.map(({ key, value }) => ({ name: key, value: String(value) })),
    postData:
      body && body.mode === 'raw' ? { mimeType: type || 'application/json', text: String(body.raw || '') } : undefined,
    headersSize: -1,
    bodySize: -1,
  };
}

if (rival === 'postman-code-generators') {
  const { convert } = require('postman-code-generators');
  collection.forEachItem((item) => {
    for (const [language, variant, ending] of OF_POSTMAN) {
      convert(language, variant, item.request, {}, (error, text) => write(ending, error ? String(error) : text));
    }
    count += 1;
  });
} else {
  const { HTTPSnippet } = require('httpsnippet');
  collection.forEachItem((item) => {
    const snippet = new HTTPSnippet(recorded(item.request));
    write('sh', String(snippet.convert('shell', 'curl')));
    write('py', String(snippet.convert('python', 'requests')));
    write('rs', String(snippet.convert('rust', 'reqwest')));
    count += 1;
  });
}
console.error(`${count} requests`);
