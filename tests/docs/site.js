// Opens a site of generated docs as a reader does: node site.js SITE SCREENSHOTS
//
// Every link inside the site leads somewhere, a sample of pages loads without an error, search finds
// things, and tabs switch by mouse and keyboard. Needs Chromium, by CHROMIUM or by its name.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [site, screenshots] = process.argv.slice(2).map((it) => path.resolve(it));
const SAMPLE = 20;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** Serves the site on the loopback interface. */
const serve = () =>
  new Promise((resolve) => {
    const server = http.createServer((request, response) => {
      const { pathname } = new URL(request.url, "http://localhost");
      const file = path.join(site, decodeURIComponent(pathname));
      if (!file.startsWith(site) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
        response.writeHead(404).end();
        return;
      }
      const type = TYPES[path.extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": type }).end(fs.readFileSync(file));
    });
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

const pages = () =>
  fs.readdirSync(site).filter((it) => it.endsWith(".html") && !["404.html", "toc.html"].includes(it)).sort();

/** Links of the pages' own text that lead nowhere. */
const deadLinks = () => {
  const ids = new Map();
  const main = (page) => {
    const html = fs.readFileSync(path.join(site, page), "utf8");
    return html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  };
  for (const page of pages()) {
    ids.set(page, new Set([...main(page).matchAll(/ id="([^"]*)"/g)].map((it) => it[1])));
  }
  const dead = [];
  let count = 0;
  for (const page of pages()) {
    for (const [, href] of main(page).matchAll(/<a [^>]*href="([^"]*)"/g)) {
      const [file, anchor] = href.split("#");
      const target = ids.get(file === "" ? page : file);
      count += 1;
      if (target === undefined || (anchor && !target.has(anchor))) {
        dead.push(`${page}: ${href}`);
      }
    }
  }
  assert.deepStrictEqual(dead, []);
  assert.ok(count > 1000, `only ${count} links: this reads the wrong folder`);
  return count;
};

/** A sample that is spread over all pages, with those that are told apart. */
const sample = () => {
  const all = pages();
  const step = Math.max(1, Math.floor(all.length / SAMPLE));
  const spread = all.filter((_, at) => at % step === 0);
  return [...new Set(["authentication.html", "index.html", ...spread])].slice(0, SAMPLE);
};

const tabsSwitch = async (page) => {
  const tabs = page.locator('[role="tablist"]').first().locator('[role="tab"]');
  const group = page.locator(".postwright-tabs").first();
  const shown = () => group.locator('[role="tabpanel"]:visible').innerText();
  assert.deepStrictEqual(await tabs.allInnerTexts(), ["curl", "Python", "Rust", "PowerShell"]);
  assert.match(await shown(), /curl --fail-with-body/);
  await tabs.nth(1).click();
  assert.match(await shown(), /import requests/);
  await page.keyboard.press("ArrowRight");
  assert.match(await shown(), /client\s*\.patients\(\)/);
  assert.match(page.url(), /patients\.html/, "an arrow key has turned the page");
  assert.strictEqual(await page.locator('[role="tab"]:focus').innerText(), "Rust");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  const selected = await page.locator('[role="tab"][aria-selected="true"]').allInnerTexts();
  assert.ok(selected.length > 5 && selected.every((it) => it === "PowerShell"), "all groups follow");
  await page.reload();
  assert.match(await shown(), /Invoke-RestMethod/, "the choice is kept");
  await tabs.nth(0).click();
};

const diagramIsDrawn = async (page) => {
  const diagram = page.locator("svg.postwright-diagram");
  assert.strictEqual(await diagram.count(), 1);
  const texts = await diagram.locator("text").allTextContents();
  assert.ok(texts.includes("Authorization server") && texts.includes("sign in and allow"), texts.join("\n"));
  assert.strictEqual(await page.locator("code.language-mermaid").count(), 0);
  return diagram;
};

const searchFinds = async (page, word) => {
  await page.keyboard.press("s");
  // The index is fetched at the first search.
  await page.waitForLoadState("networkidle");
  await page.locator("#mdbook-searchbar, #searchbar").pressSequentially(word, { delay: 20 });
  const results = page.locator("#mdbook-searchresults li, #searchresults li");
  await results.first().waitFor();
  const texts = await results.allInnerTexts();
  assert.ok(texts.some((it) => it.toLowerCase().includes(word)), texts.join("\n"));
  return texts.length;
};

const main = async () => {
  const links = deadLinks();
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const errors = [];
  page.on("console", (it) => it.type() === "error" && errors.push(`${page.url()}: ${it.text()}`));
  page.on("pageerror", (it) => errors.push(`${page.url()}: ${it}`));
  // Whoever leaves a page gives up what it still waits for.
  const failed = (it) => it.failure().errorText !== "net::ERR_ABORTED";
  page.on("requestfailed", (it) => failed(it) && errors.push(`${it.url()}: ${it.failure().errorText}`));
  page.on("request", (it) => it.url().startsWith(origin) || it.url().startsWith("data:") || errors.push(it.url()));
  fs.mkdirSync(screenshots, { recursive: true });
  const chosen = sample();
  for (const name of chosen) {
    await page.goto(`${origin}/${name}`, { waitUntil: "load" });
    assert.ok((await page.locator("main h1").count()) === 1, name);
  }
  await page.goto(`${origin}/authentication.html`);
  await (await diagramIsDrawn(page)).screenshot({ path: path.join(screenshots, "diagram.png") });
  await page.goto(`${origin}/patients.html`);
  await tabsSwitch(page);
  for (const name of ["index", "authentication", "patients"]) {
    await page.goto(`${origin}/${name}.html${name === "patients" ? "#list" : ""}`);
    await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
  await page.locator(".postwright-tabs").first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(screenshots, "tabs.png") });
  const found = await searchFinds(page, "patients");
  await browser.close();
  server.close();
  assert.deepStrictEqual(errors, []);
  console.log(`${chosen.length} pages without an error, ${links} links, ${found} places found for patients`);
};

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
