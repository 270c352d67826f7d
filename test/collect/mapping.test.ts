import { describe, expect, it } from "vitest";
import { PRESETS, readMapping, readPreset } from "../../src/collect/index.js";

const least = "source: shop\ncolumns: {order: o, time: t, price: p}\n";
const fails = (text: string, message: RegExp) =>
  expect(() => readMapping(text, "m.yaml")).toThrow(message);

describe("a mapping", () => {
  it("needs a source, the order, the time and a price or amount", () => {
    expect(readMapping(least, "m.yaml").time).toEqual({ zone: "UTC", formats: ["iso"] });
    fails("columns: {order: o, time: t, price: p}", /m\.yaml: source: /);
    fails("source: s\ncolumns: {time: t, price: p}", /columns\.order: /);
    fails("source: s\ncolumns: {order: o, time: t}", /either price .* or amount/);
  });

  it("names a mistyped key and the one that was meant", () => {
    fails(`${least}curency: EUR`, /curency: no such key; did you mean "currency"\?/);
    fails(least.replace("price", "prise"), /columns\.prise: no such key; did you mean "price"\?/);
    fails(`${least}refunds: {order_prefx: R}`, /refunds\.order_prefx: no such key; did you mean/);
  });

  it("names every fault at once", () => {
    const text = `${least}currency: euro\ntime: {zone: Mars/Base}\nnumbers: {decimal: x}\n`;
    fails(text, /currency: .*; time\.zone: no such time zone.*; numbers\.decimal: /);
  });

  it("refuses what contradicts itself", () => {
    fails(`${least}orders: {cancelled: [x]}`, /orders\.cancelled: needs columns\.status/);
    fails(`${least}discounts: {products: [x]}`, /discounts\.products: needs columns\.product/);
    fails(`${least}customer: {missing: reject}`, /customer\.missing: needs columns\.customer/);
    fails(least.replace("price: p", "price: p, amount: a"), /columns\.amount: /);
    fails(`${least.replace("p}", "p, country: c}")}constants: {country: DE}`, /constants\.country/);
  });

  it("says where the text is no YAML", () => {
    fails("source: [", /m\.yaml: not YAML: .*line 1/s);
    fails(`${least}source: twice`, /not YAML: Map keys must be unique/);
  });

  it("ships as presets, each of them valid", () => {
    for (const name of PRESETS) {
      for (const { mapping } of readPreset(name)) expect(mapping.recognise).toBeTruthy();
    }
    expect(() => readPreset("online-retial")).toThrow(/no preset "online-retial"/);
  });
});
