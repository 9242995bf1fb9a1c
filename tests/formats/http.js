// Has httpYac send requests, one after the other: node tests/formats/http.js PORT
//
// A line of input is a job as JSON, `{file, name, values}`; the answer is what went wrong, or null. Every connection is
// one to the server on the port, whatever host it is meant for. A proxy would not do: its agent writes other paths.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const readline = require("node:readline");
const httpyac = require("httpyac");

const port = Number(process.argv[2]);
class Agent extends http.Agent {
  createConnection(options, done) {
    return super.createConnection({ ...options, host: "127.0.0.1", port, lookup: undefined }, done);
  }
}
httpyac.cli.initIOProvider();
// What it says is for people; answers are on standard output.
for (const level of ["info", "log", "warn", "debug", "trace"]) httpyac.io.log[level] = () => {};
let failure = null;
httpyac.io.log.error = (...said) => {
  failure = said.map((it) => (it && it.message ? it.message : JSON.stringify(it))).join(" ");
};

async function send({ file, name, values }) {
  failure = null;
  const workingDir = path.dirname(file);
  fs.writeFileSync(path.join(workingDir, "http-client.private.env.json"), JSON.stringify({ default: values }));
  const store = new httpyac.store.HttpFileStore();
  const text = fs.readFileSync(file, "utf8");
  const config = { cookieJarEnabled: false, request: { timeout: 10000, agent: { http: new Agent() } } };
  const environment = ["default"];
  const httpFile = await store.getOrCreate(file, async () => text, 0, {
    workingDir,
    config,
    activeEnvironment: environment,
  });
  const httpRegion = httpFile.httpRegions.find((it) => it.metaData.name === name);
  if (!httpRegion) return `there is no request ${name}`;
  try {
    await httpyac.send({ httpFile, httpRegion, config: config, activeEnvironment: environment, logResponse: async () => {} });
  } catch (error) {
    failure = error.message;
  }
  return failure;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await send(JSON.parse(line));
    } catch (error) {
      answer = String(error);
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
})();
