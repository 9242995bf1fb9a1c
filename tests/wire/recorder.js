// A server on the loopback interface that writes down, byte for byte, what it is asked.
'use strict';

const net = require('net');

/** Reads requests off a socket, one after the other, and hands each to `answer`. */
function serve(socket, answer) {
  let buffer = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (let request; (request = take()); ) {
      const [status, headers] = answer(request);
      const body = request.method === 'HEAD' ? '' : '{"access_token":"t"}';
      const lines = [`HTTP/1.1 ${status} Answer`, ...headers, 'Content-Type: application/json',
        `Content-Length: ${body.length}`, 'Connection: close', '', body];
      socket.end(lines.join('\r\n'));
    }
  });

  /** The first request in the buffer if it is there to its end. */
  function take() {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) {
      return undefined;
    }
    // Latin-1 gives every byte a character of its own, so that nothing is lost.
    const [line, ...rows] = buffer.subarray(0, end).toString('latin1').split('\r\n');
    const headers = rows.map((row) => {
      const colon = row.indexOf(':');
      return [row.slice(0, colon), row.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
    });
    const value = (name) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
    let rest = buffer.subarray(end + 4);
    let body;
    if (/chunked/i.test(value('transfer-encoding') ?? '')) {
      const chunks = [];
      for (;;) {
        const at = rest.indexOf('\r\n');
        const size = at < 0 ? NaN : parseInt(rest.subarray(0, at).toString('latin1'), 16);
        if (Number.isNaN(size) || rest.length < at + 4 + size) {
          return undefined;
        }
        chunks.push(rest.subarray(at + 2, at + 2 + size));
        rest = rest.subarray(at + 4 + size);
        if (size === 0) {
          break;
        }
      }
      body = Buffer.concat(chunks);
    } else {
      const length = Number(value('content-length') ?? 0);
      if (rest.length < length) {
        return undefined;
      }
      body = rest.subarray(0, length);
      rest = rest.subarray(length);
    }
    buffer = rest;
    const first = line.indexOf(' ');
    const last = line.lastIndexOf(' ');
    return { method: line.slice(0, first), target: line.slice(first + 1, last), headers, body };
  }
}

/** Starts the server; `answer(request)` gives status and header lines. Resolves to its port. */
function start(answer) {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => serve(socket, answer));
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, close: () => server.close() }));
  });
}

module.exports = { start };
