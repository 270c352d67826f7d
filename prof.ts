import { jsonLineReader } from "./src/collect/json-line.js";
import { cutLines, cutJson } from "./src/collect/json-records.js";
import { createNumberedCsv } from "./src/collect/numbered-csv.js";
import { readText, inspectFile } from "./src/collect/source-file.js";
import { csvQuoted } from "./src/collect/csv-records.js";
import { isUtf8 } from "node:buffer";
const f = await inspectFile(process.argv[2]!);
const cols = (process.argv[3] ?? "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country").split(",");
const cut = f.format === "json" ? cutJson : cutLines;
async function time(name: string, fn: () => Promise<number>) { const t = performance.now(); const n = await fn(); const s = (performance.now()-t)/1000; console.log(name, n, s.toFixed(2), Math.round(n/s)); }
for (let r=0;r<2;r++) {
await time("read only", async () => { let n=0; for await (const c of readText(f,"utf-8")) n+=c.length; return n; });
await time("cut", async () => { let n=0; const c=cut({record(){n++}, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) c.push(k); c.end(); return n; });
await time("cut+utf8+string", async () => { let n=0; const c=cut({record({buffer,start,end}){ if(isUtf8(buffer.subarray(start,end))) {n++; buffer.toString("utf8",start,end);} }, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) c.push(k); c.end(); return n; });
await time("cut+string+JSON.parse", async () => { let n=0; const c=cut({record({buffer,start,end}){ n++; JSON.parse(buffer.toString("utf8",start,end)); }, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) c.push(k); c.end(); return n; });
const read = jsonLineReader(cols.map(column=>({column,nested:false})));
await time("+readLine", async () => { let n=0; const c=cut({record({buffer,start,end}){ n++; read(buffer.toString("utf8",start,end)); }, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) c.push(k); c.end(); return n; });
await time("+csv", async () => { let n=0; const c=cut({record({buffer,start,end}){ const l = read(buffer.toString("utf8",start,end)); if(l.ok){ let rec=""; for (const [i,v] of l.texts.entries()) rec += i===0?csvQuoted(v??""):`,${csvQuoted(v??"")}`; n+= rec.length>0?1:0;} }, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) c.push(k); c.end(); return n; });
await time("+numbered", async () => { const out = await createNumberedCsv("/tmp/fmt/num.csv",{delimiter:",",columns:cols,decoded:false,onFault(){throw 1}}); const c=cut({record({line,buffer,start,end}){ const l = read(buffer.toString("utf8",start,end)); if(l.ok){ let rec=""; for (const [i,v] of l.texts.entries()) rec += i===0?csvQuoted(v??""):`,${csvQuoted(v??"")}`; out.addText(line,rec);} }, tooLong(){}, refuse(x){throw new Error(x)}}); for await (const k of readText(f,"utf-8")) {c.push(k); await out.flush();} c.end(); await out.flush(); await out.close(); return out.rows; });
}
