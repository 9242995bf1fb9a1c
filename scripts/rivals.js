// Has another generator write the snippets of every request: node rivals.js GENERATOR COLLECTION OUT
//
// GENERATOR is `code-generators`, which is what Postman's own window of snippets is made with, or `httpsnippet`.
// Each request becomes three files: curl, Python and Rust.
'use strict';

const fs = require('fs');
const path = require('path');
const { Collection } = require('postman-collection');

const [generator, file, out] = process.argv.slice(2);
const collection = new Collection(JSON.parse(fs.readFileSync(file, 'utf8')));

// Each writes one language: what it is called, and what it is given.
const writers = {
  'code-generators': () => {
    const { convert } = require('postman-code-generators');
    const languages = [['curl', 'cURL', 'sh'], ['python', 'requests', 'py'], ['rust', 'reqwest', 'rs']];
    return (request, done) => {
      for (const [language, variant, ending] of languages) {
        convert(language, variant, request, {}, (error, snippet) => done(ending, error, snippet));
      }
    };
  },
  httpsnippet: () => {
    const { HTTPSnippet } = require('httpsnippet');
    const languages = [['shell', 'curl', 'sh'], ['python', 'requests', 'py'], ['rust', 'reqwest', 'rs']];
    const har = request => {
      const it = {
        method: request.method,
        url: request.url.toString().replace(/{{(.*?)}}/g, '$1'),
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: request.headers.all().map(row => ({ name: row.key, value: String(row.value) })),
        queryString: [],
        headersSize: -1,
        bodySize: -1,
      };
      if (!/^[a-z]+:\/\//i.test(it.url)) it.url = `https://${it.url}`;
      const { body } = request;
      if (body && body.mode === 'raw') {
        it.postData = { mimeType: 'application/json', text: String(body.raw) };
      } else if (body && (body.mode === 'urlencoded' || body.mode === 'formdata')) {
        const mimeType = body.mode === 'formdata' ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
        const rows = body[body.mode] ? body[body.mode].all() : [];
        it.postData = { mimeType, params: rows.map(row => ({ name: row.key, value: String(row.value ?? '') })) };
      }
      return it;
    };
    return (request, done) => {
      let snippet;
      try {
        snippet = new HTTPSnippet(har(request));
      } catch (error) {
        return languages.forEach(([, , ending]) => done(ending, error));
      }
      for (const [language, client, ending] of languages) {
        try {
          const text = snippet.convert(language, client);
          done(ending, text ? null : new Error('no snippet'), Array.isArray(text) ? text[0] : text);
        } catch (error) {
          done(ending, error);
        }
      }
    };
  },
};

const write = writers[generator]();
let [written, failed, number] = [0, 0, 0];
fs.mkdirSync(out, { recursive: true });
collection.forEachItem(item => {
  number += 1;
  const name = path.join(out, `${number}`);
  write(item.request, (ending, error, snippet) => {
    if (error) {
      failed += 1;
      return;
    }
    fs.writeFileSync(`${name}.${ending}`, snippet);
    written += 1;
  });
});
console.log(`${number} requests, ${written} files, ${failed} failed`);
