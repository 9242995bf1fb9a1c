// Reads archives: node tests/formats/har.js FILE…
//
// Each has to fit the schema of HAR 1.2, and httpsnippet has to take each of its requests, but for those whose URL is
// none by RFC 3986: Postman escapes less, and the archive has what it sends.
"use strict";

const fs = require("node:fs");
const Ajv = require("ajv");
const schemas = require("har-schema");
const { HTTPSnippet } = require("httpsnippet");

const ajv = new Ajv({ schemaId: "auto", allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-06.json"));
for (const schema of Object.values(schemas)) ajv.addSchema(schema);
const fits = ajv.getSchema("har.json#") || ajv.getSchema("har.json");

const noUri = /[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/;

let requests = 0;
let others = 0;
const wrong = [];
for (const file of process.argv.slice(2)) {
  const har = JSON.parse(fs.readFileSync(file, "utf8"));
  if (!fits(har)) wrong.push(`${file}: ${ajv.errorsText(fits.errors)}`);
  for (const entry of har.log.entries) {
    requests += 1;
    try {
      const command = new HTTPSnippet(entry.request).convert("shell", "curl");
      if (!String(command).includes("curl")) throw new Error(`no command: ${command}`);
    } catch (error) {
      if (noUri.test(entry.request.url)) {
        others += 1;
        continue;
      }
      wrong.push(`${file}: ${entry.comment}: ${error.message || error}`);
    }
  }
}
// A schema that takes anything shows nothing.
if (fits({ log: { version: "1.2" } })) wrong.push("the schema takes an archive without entries");
if (requests === 0) wrong.push("there are no requests");
console.log(`${requests} requests in ${process.argv.length - 2} archives, ${others} to a URL that RFC 3986 does not know`);
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
