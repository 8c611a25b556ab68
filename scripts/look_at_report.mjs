// Opens a report in headless Chromium, in both themes, on a desk and on a phone; takes pictures, and fails where
// the page asks for anything, says anything on the console, is wider than the window, or does not sort, tell its
// points or put series out.
//
//     npm install playwright-core
//     node scripts/look_at_report.mjs results/lenet-300-100/report.html pictures [CHROMIUM]

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [page, out = "pictures", executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
// From where it was called, since that is where it was installed.
const { chromium } = createRequire(join(process.cwd(), "package.json"))("playwright-core");

// Pictures of a long page are taken in pieces.
const PIECE = 2600;
const WIDTHS = { desk: 1280, phone: 375 };

const problems = [];
const expect = (holds, problem) => holds || problems.push(problem);

const look = async (browser, device, colorScheme) => {
  const width = WIDTHS[device];
  const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests = [];
  tab.on("request", (request) => requests.push(request.url()));
  tab.on("console", (message) => problems.push(`${device}, ${colorScheme}: console: ${message.text()}`));
  tab.on("pageerror", (error) => problems.push(`${device}, ${colorScheme}: ${error}`));
  await tab.goto(pathToFileURL(resolve(page)).href);
  const size = await tab.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight } = document.documentElement;
    return { scrollWidth, clientWidth, scrollHeight };
  });
  expect(size.scrollWidth <= size.clientWidth, `${device}: ${size.scrollWidth} pixels wide`);
  expect(requests.length === 1, `${device}: asks for ${requests.slice(1)}`);
  for (let y = 0, k = 0; y < size.scrollHeight; y += PIECE, k += 1) {
    const clip = { x: 0, y, width, height: Math.min(PIECE, size.scrollHeight - y) };
    await tab.screenshot({ path: join(out, `${device}-${colorScheme}-${k}.png`), fullPage: true, clip });
  }
  return tab;
};

const use = async (tab) => {
  for (const head of await tab.locator("thead th.number:visible").all()) {
    const values = () => head.evaluate((th) =>
      [...th.closest("table").tBodies[0].rows].map((row) => row.cells[th.cellIndex].dataset.key).filter((key) => key).map(Number));
    const file = await values();
    await head.locator("button").press("Enter");
    const rising = await values();
    expect(rising.every((value, k) => k === 0 || rising[k - 1] <= value), `not rising: ${rising}`);
    await head.locator("button").click();
    expect((await head.getAttribute("aria-sort")) === "descending", "aria-sort");
    await head.locator("button").press("Space");
    expect((await values()).join() === file.join(), "not in the order of the file again");
  }
  const tip = tab.locator("#tip");
  for (const plane of await tab.locator("svg.plane:visible").all()) {
    await plane.scrollIntoViewIfNeeded();
    await plane.locator(".hit").last().hover();
    expect(/n = \d/.test(await tip.textContent()), "a point tells nothing");
    await plane.focus();
    const seen = new Set();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) {
      await tab.keyboard.press(key);
      seen.add(await tip.textContent());
    }
    expect(seen.size > 1, "arrow keys go nowhere");
    const entry = plane.locator("xpath=..").locator(".entry").first();
    await entry.click();
    expect((await plane.locator(".series[hidden]").count()) === 1, "the key puts nothing out");
    await entry.click();
  }
};

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
});
for (const device of Object.keys(WIDTHS)) {
  for (const theme of ["light", "dark"]) {
    const tab = await look(browser, device, theme);
    if (device === "desk" && theme === "light") await use(tab);
    await tab.close();
  }
}
await browser.close();
problems.forEach((problem) => console.error(problem));
console.log(problems.length ? `${problems.length} problems` : `nothing wrong; pictures in ${out}`);
process.exit(problems.length ? 1 : 0);
