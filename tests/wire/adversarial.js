// Writes the adversarial collections: every text that could be taken for code, in every place where
// a collection has a text.
//
//   node adversarial.js FOLDER
'use strict';

const fs = require('fs');
const path = require('path');

const TEXTS = {
  'single quote': "it's '; touch canary; '",
  'double quote': 'a "b" "; touch canary; "',
  substitution: '$(touch canary) ${IFS} $HOME',
  backticks: '`touch canary`',
  history: 'a!b !! !$',
  percent: '100% %s %n %00 %zz',
  'at sign': '@/etc/passwd',
  'less than': '</etc/passwd',
  braces: '{} {0} {x!r} ${x} #{x}',
  brackets: '[] [1-3] [a]',
  backslash: '\\ \\n \\x41 \\',
  semicolon: 'a;type=text/html;filename=x',
  'leading dash': '-o canary --next',
  comments: '*/ // -- # /*',
  'triple quotes': '""" \'\'\' "#',
  python: "__import__('os').system('touch canary')",
  unicode: 'Zo\u00eb \u6f22\u5b57',
  'right to left': '\u202etxt.exe\u202c \u05d0\u05d1',
  emoji: '\u{1f469}\u200d\u2695\ufe0f \u{1f600}',
  separators: 'a\u2028b\u0085c\ufeffd',
  template: '{{{{x}} {{/if}} {{> y}}',
  blank: ' x ',
  empty: '',
};
const LINES = {
  newline: 'a\nX-Injected: 1\n\ntouch canary',
  crlf: 'a\r\nX-Injected: 1\r\n\r\nGET /canary HTTP/1.1\r\n',
  tab: 'a\tb',
  nul: 'a\u0000b',
  escape: '\u001b]0;canary\u0007 \u007f',
};

const url = (rest) => ({ protocol: 'http', host: ['h', 'test'], path: ['p'], ...rest });
const body = (mode, value, rest) => ({ method: 'POST', url: url(), body: { mode, [mode]: value, ...rest } });

/** Where a text may stand: a request for each. */
const PLACES = {
  'path segment': (text) => ({ url: url({ path: ['p', text.replace(/[?#/]/g, ''), 'end'] }) }),
  'path variable': (text) => ({
    url: url({ path: ['p', ':id', 'end'], variable: [{ key: 'id', value: text.replace(/[?#/]/g, '') }] }),
  }),
  'query key': (text) => ({ url: url({ query: [{ key: text, value: '1' }, { key: 'b', value: '2' }] }) }),
  'query value': (text) => ({ url: url({ query: [{ key: 'a', value: text }, { key: 'b', value: '2' }] }) }),
  'whole URL': (text) => ({ url: `http://h.test/p/${text.replace(/[?#]/g, '')}` }),
  'header value': (text) => ({ url: url(), header: [{ key: 'X-A', value: text }] }),
  'header name': (text) => ({ url: url(), header: [{ key: text, value: '1' }] }),
  'raw text': (text) => body('raw', text),
  'raw JSON': (text) => body('raw', JSON.stringify({ [text]: text }), { options: { raw: { language: 'json' } } }),
  'form key': (text) => body('urlencoded', [{ key: text, value: '1' }, { key: 'z', value: '2' }]),
  'form value': (text) => body('urlencoded', [{ key: 'a', value: text }]),
  'part name': (text) => body('formdata', [{ key: text, value: '1', type: 'text' }]),
  'part value': (text) => body('formdata', [{ key: 'a', value: text, type: 'text' }]),
  'part type': (text) => body('formdata', [{ key: 'a', value: '1', type: 'text', contentType: text }]),
  graphql: (text) => body('graphql', { query: text, variables: JSON.stringify({ a: text }) }),
  'user and password': (text) => ({
    url: url(),
    auth: { type: 'basic', basic: [{ key: 'username', value: text }, { key: 'password', value: text }] },
  }),
  token: (text) => ({ url: url(), auth: { type: 'bearer', bearer: [{ key: 'token', value: text }] } }),
};

function* items() {
  for (const [name, text] of Object.entries({ ...TEXTS, ...LINES })) {
    for (const [place, request] of Object.entries(PLACES)) {
      yield { name: `${place}: ${name}`, request: { method: 'GET', description: text, ...request(text) } };
    }
  }
}

/** The same texts out of variables. */
function* variableItems() {
  for (const key of Object.keys({ ...TEXTS, ...LINES }).map((it) => it.replace(/ /g, '_'))) {
    const value = `{{${key}}}`;
    yield { name: `variable ${key} in a body`, request: body('raw', `<a>${value}</a>`) };
    yield { name: `variable ${key} in a form`, request: body('urlencoded', [{ key: 'a', value }]) };
    yield { name: `variable ${key} in a part`, request: body('formdata', [{ key: 'a', value, type: 'text' }]) };
    yield { name: `variable ${key} in a query`, request: { method: 'GET', url: url({ query: [{ key: 'a', value }] }) } };
    yield { name: `variable ${key} in a header`, request: { method: 'GET', url: url(), header: [{ key: 'X-A', value }] } };
  }
}

const write = (folder, name, collection) => {
  const info = { name, schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
  const text = JSON.stringify({ info, ...collection }, null, 1);
  fs.writeFileSync(path.join(folder, `${name}.postman_collection.json`), `${text}\n`);
};

function main(folder) {
  write(folder, 'adversarial', { item: [...items()] });
  const variable = Object.entries({ ...TEXTS, ...LINES })
    .filter(([name]) => name !== 'empty' && name !== 'template')
    .map(([name, value]) => ({ key: name.replace(/ /g, '_'), value }));
  write(folder, 'adversarial_variables', { item: [...variableItems()], variable });
  // Larger than what an argument of a program may be.
  const large = 'All work and no play makes "Jack" a dull boy. \\ $(touch canary)\n'.repeat(16400);
  write(folder, 'large', {
    item: [
      { name: 'Text of 1 MB', request: body('raw', large) },
      { name: 'Form of 120 kB', request: body('urlencoded', [{ key: 'a', value: large.slice(0, 120000) }]) },
      { name: 'Part of 140 kB', request: body('formdata', [{ key: 'a', value: large.slice(0, 140000), type: 'text' }]) },
    ],
  });
}

main(process.argv[2]);
