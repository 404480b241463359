// Runs the importer out of a release of speedscope, a page, on a file, and prints what it made
// of it as JSON. Arguments: the folder of the release, the file.
const fs = require("fs"), path = require("path"), vm = require("vm");
const [release, file] = process.argv.slice(2);

const script = fs.readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
const text = fs.readFileSync(path.join(release, script), "utf8");
const importer = text.match(/\(await (\w+)\)\.importProfileGroupFromText/);
const end = text.lastIndexOf("console.log(`speedscope v"); // from here on it shows the page
if (!importer || end < 0) throw new Error("this release of speedscope is not as expected");

// Whatever the page wants of the browser is something on which anything can be asked.
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "length" ? 0 : key === "then" ? undefined : anything),
  apply: () => anything,
  construct: () => anything,
});
const page = { console: { ...console, log: console.error }, setTimeout, clearTimeout, URL, TextDecoder, TextEncoder, document: anything, navigator: anything, location: anything };
page.window = page.self = page.globalThis = page;
page.addEventListener = () => {};
vm.createContext(page);
vm.runInContext(text.slice(0, end) + "globalThis.importer = " + importer[1] + "})();", page);

page.importer
  .then((found) => found.importProfileGroupFromText(path.basename(file), fs.readFileSync(file, "utf8")))
  .then((group) => {
    const profiles = group.profiles.map((p) => {
      let frames = 0;
      p.forEachFrame(() => frames++);
      return { Name: p.getName(), Total: p.getTotalNonIdleWeight ? p.getTotalNonIdleWeight() : p.getTotalWeight(), Frames: frames, Unit: p.getWeightUnit() };
    });
    console.log(JSON.stringify(profiles));
  });
