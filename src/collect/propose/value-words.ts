/** Words by which values show what a column holds: countries, currencies, states of orders, ... */

import { foldText } from "./match-name.js";

/** Each list in the languages of `column-names.ts`, folded (`foldText`). */
const words = (text: string): ReadonlySet<string> => new Set(text.split(", "));

/** What `status` says of orders; the keys are those of a mapping's `orders`. */
export const STATUS_WORDS = {
  cancelled: words(
    "cancelled, canceled, cancelled by customer, void, voided, failed, trash, wc cancelled, wc failed, storniert, abgebrochen, fehlgeschlagen, iptal, iptal edildi, iptal edilen, annulee, annule, cancelado, anulado, annullato, geannuleerd",
  ),
  unpaid: words(
    "pending, pending payment, unpaid, authorized, on hold, expired, checkout draft, wc pending, wc on hold, awaiting payment, open, offen, ausstehend, unbezahlt, zahlung ausstehend, wartend, bekliyor, beklemede, odeme bekliyor, odeme bekleniyor, odenmedi, en attente, en attente de paiement, impayee, pendiente, pendiente de pago, in attesa, in attesa di pagamento, non pagato, in afwachting, onbetaald, wacht op betaling",
  ),
  refunded: words(
    "refunded, wc refunded, returned, erstattet, rueckerstattet, ruckerstattet, retourniert, iade, iade edildi, rembourse, remboursee, reembolsado, devuelto, rimborsato, reso, terugbetaald, retour",
  ),
  done: words(
    "paid, completed, complete, processing, fulfilled, shipped, delivered, partially paid, partially refunded, partially fulfilled, active, wc completed, wc processing, bezahlt, abgeschlossen, versendet, versandt, geliefert, in bearbeitung, tamamlandi, odendi, hazirlaniyor, kargoda, kargolandi, kargoya verildi, teslim edildi, onaylandi, payee, terminee, expediee, livree, en cours, pagado, completado, enviado, entregado, procesando, pagato, completato, spedito, consegnato, in lavorazione, betaald, voltooid, afgerond, verzonden, geleverd, in behandeling",
  ),
} as const;

/** Customers who are none. */
export const NOBODY = words(
  "0, guest, gast, misafir, ziyaretci, invite, invitado, ospite, anonymous, anonym, anonim, unknown, none, null, n a, na",
);

export const YES_NO = words("yes, no, true, false, 1, 0, y, n, t, f");

/** Products that stand for a discount on their order. */
export const DISCOUNT_WORD =
  /^(discount|rabatt|gutschein|indirim|kupon|iskonto|remise|rabais|bon|descuento|cupon|sconto|buono|korting|coupon|voucher|promo)\b/;

/** Names of products that are gift cards, in small letters. */
export const GIFT_CARD_PATTERN =
  "gift ?card|gift voucher|geschenkkarte|geschenkgutschein|carte cadeau|tarjeta regalo|hediye kart|buono regalo|cadeaubon|cadeaukaart";

/** What people do, beyond the names in `collect/events/`. */
export const EVENT_WORDS = words(
  "viewed, clicked, click, added, removed, cart, session start, session end, sign up, signup, login, logout, sent, delivered, opened, open, bounced, unsubscribed, first visit, scroll",
);

export const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const LANGUAGES = ["en", "de", "tr", "fr", "es", "it", "nl"];

/** ISO codes and names in each of the languages, folded; and what shops write besides. */
export const COUNTRIES: ReadonlySet<string> = new Set([
  ...LANGUAGES.flatMap((language) => {
    const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    return LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((code) => {
      const name = names.of(code);
      return name === undefined ? [] : [foldText(name), code.toLowerCase()];
    });
  }),
  ..."uk, usa, eire, great britain, england, holland, rsa, channel islands, european community, unspecified, turkey, czech republic".split(
    ", ",
  ),
]);
