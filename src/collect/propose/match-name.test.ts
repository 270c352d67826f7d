import { describe, expect, it } from "vitest";
import type { Meaning } from "./column-names.js";
import { matchName, wordsOf } from "./match-name.js";

describe("a column's name", () => {
  it("is compared by its words, whatever their spelling", () => {
    for (const name of ["InvoiceNo", "invoice_no", "Invoice-No.", " INVOICE NO (old)"]) {
      expect(wordsOf(name)).toBe("invoice no");
    }
    expect(wordsOf("SİPARİŞ Tarihi")).toBe("siparis tarihi");
    expect(wordsOf("Straße")).toBe("strasse");
  });

  const named: readonly [string, Meaning][] = [
    ["Bestellnummer", "order"],
    ["Müşteri Numarası", "customer"],
    ["Prix unitaire HT", "price"],
    ["Fecha del pedido", "time"],
    ["Quantità", "quantity"],
    ["Verzendkosten", "shipping"],
    ["N° commande", "order"],
    ["visitorid", "visitor"],
    ["properties.order_id", "order"],
    ["Billing City", "city"],
  ];
  it.each(named)("%s names the field %s", (name, meaning) => {
    expect(matchName(name).get(meaning)?.score).toBeGreaterThanOrEqual(0.95);
  });

  it("that only holds a word of a field names it less", () => {
    expect(matchName("price in shop 2").get("price")?.score).toBeLessThan(0.95);
    expect(matchName("fresh").size).toBe(0);
  });
});
