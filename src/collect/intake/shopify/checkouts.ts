/**
 * Checkouts -> `Checkout Started`, once for each, and who is behind it as soon as the buyer has said
 * so. The cart's token is the id of a device: what was put into the cart belongs to the buyer from
 * then on, and looking back.
 */

import {
  amountOf,
  lineName,
  listOf,
  type Payload,
  partOf,
  productOf,
  type Row,
  rowOf,
  textOf,
} from "./payload.js";

export function checkoutRows(checkout: Payload, known: string): readonly Row[] {
  const token = textOf(checkout, "token", "id");
  const cart = textOf(checkout, "cart_token") || token;
  const customer = partOf(checkout, "customer");
  const email = textOf(checkout, "email") || textOf(customer, "email");
  const phone = textOf(checkout, "phone") || (email === "" ? textOf(customer, "phone") : "");
  const said = { anonymous: cart, email, phone, known };
  const started = rowOf({
    ...said,
    name: "Checkout Started",
    message: `shopify checkout ${token}`,
    time: textOf(checkout, "created_at"),
    cart,
    currency: textOf(checkout, "currency"),
    coupon: textOf(listOf(checkout, "discount_codes")[0] ?? {}, "code"),
    properties: {
      checkout_id: token,
      value: amountOf(checkout, "total_price"),
      products: listOf(checkout, "line_items").map((line) => ({
        product_id: productOf(line),
        name: lineName(line),
        price: amountOf(line, "price"),
        quantity: textOf(line, "quantity"),
      })),
    },
  });
  if (email === "" && phone === "") return [started];
  const traits = { ...(email && { email }), ...(phone && { phone }) };
  const message = `shopify checkout ${token} of ${email || phone}`;
  const time = textOf(checkout, "updated_at", "created_at");
  return [started, rowOf({ ...said, type: "identify", message, time, traits })];
}
