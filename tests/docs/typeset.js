// Typesets the formulas of a JSON list on standard input; prints those that KaTeX refuses, as JSON.
const katex = require(process.argv[2]);

let text = "";
process.stdin.on("data", (part) => {
  text += part;
});
process.stdin.on("end", () => {
  const refused = [];
  for (const formula of JSON.parse(text)) {
    try {
      katex.renderToString(formula, { displayMode: true, throwOnError: true, strict: "error" });
    } catch (error) {
      refused.push([formula, error.message]);
    }
  }
  process.stdout.write(JSON.stringify(refused));
});
