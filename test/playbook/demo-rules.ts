/**
 * What the definitions of PLAYBOOK that are not statistical say of the demo store's people, written
 * out by hand over their facts at its end. No word of the language is used here.
 */

import type { Fact } from "../../src/store/index.js";
import type { DemoPerson } from "./demo-people.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Rule = (facts: readonly Fact[]) => boolean;

/** Rules as of an instant that is midnight of the first of a month, in UTC. */
export function rulesAt(end: number): Readonly<Record<string, Rule>> {
  const within = (ms: number) => (f: Fact) => f.ts > end - ms;
  const monthsAgo = (n: number) => {
    const at = new Date(end);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - n, 1);
  };
  const daysSince = (ts: number) => Math.floor(end / DAY) - Math.floor(ts / DAY);
  const of = (facts: readonly Fact[], ...kinds: string[]) =>
    facts.filter((f) => kinds.includes(f.kind));
  const ordered = (facts: readonly Fact[]) => of(facts, "order");
  const placed = (facts: readonly Fact[]) => ordered(facts).filter((f) => f.placed !== false);
  const kept = (facts: readonly Fact[]) => ordered(facts).filter((f) => f.kept !== false);
  const last = (facts: readonly Fact[]) => facts.at(-1)?.ts ?? Number.NEGATIVE_INFINITY;
  const trait = (facts: readonly Fact[], name: string) =>
    of(facts, "identified")
      .filter((f) => f.props?.[name] !== undefined)
      .at(-1)?.props?.[name];
  const human = (f: Fact) => f.human !== false;

  const stage = (facts: readonly Fact[]) => {
    const orders = placed(facts);
    if (orders.length === 0) return "visitor";
    if (daysSince(orders[0]!.ts) <= 30) return "new";
    return daysSince(last(orders)) <= 180 ? "active" : "churned";
  };
  const here: Rule = (facts) => ["new", "active"].includes(stage(facts));
  const sessions = (facts: readonly Fact[]) => {
    const instants = facts.filter((f) => SITE.has(f.kind)).map((f) => f.ts);
    return instants.filter((ts, i) => i === 0 || ts - instants[i - 1]! >= 30 * 60_000);
  };
  const sessionsIn = (facts: readonly Fact[], ms: number) =>
    sessions(facts).filter((ts) => ts > end - ms).length;
  const balance = (facts: readonly Fact[]) => {
    const told = facts.filter((f) => f.name === "Balance Updated");
    return ["credit", "gift_card", "account"]
      .map((kind) => Number(told.filter((f) => f.props?.kind === kind).at(-1)?.props?.amount ?? 0))
      .reduce((a, b) => a + b);
  };
  const seasonOnly: Rule = (facts) => {
    const orders = kept(facts);
    const november = orders.filter((f) => new Date(f.ts).getUTCMonth() === 10);
    const quiet = orders.every((f) => f.ts <= monthsAgo(9));
    return november.length >= 1 && november.length / orders.length >= 0.8 && quiet;
  };
  const lapsed: Rule = (facts) => stage(facts) === "churned" && !seasonOnly(facts);
  const consent = (facts: readonly Fact[], channel: string) => {
    const yes = of(facts, "identified").filter((f) => f.props?.[`accepts_${channel}`] === true);
    const left = of(facts, "unsubscribed").filter((f) => f.channel === channel);
    return trait(facts, `accepts_${channel}`) === true && last(left) <= last(yes);
  };
  const subscribedAt = (facts: readonly Fact[]) => {
    const no = of(facts, "identified").filter((f) => f.props?.accepts_email === false);
    const after = Math.max(last(no), last(of(facts, "unsubscribed")));
    const yes = (f: Fact) => f.props?.accepts_email === true && f.ts > after;
    return of(facts, "identified").find(yes)?.ts;
  };
  const openCheckouts = (facts: readonly Fact[]) => {
    const begun = of(facts, "checkout", "payment_entered").filter(within(DAY));
    const orders = new Set(ordered(facts).map((f) => f.order));
    return new Set(begun.map((f) => f.order).filter((order) => !orders.has(order)));
  };
  const leftCart: Rule = (facts) => {
    const changes = of(facts, "added", "removed");
    const carts = new Set(changes.map((f) => f.cart));
    return [...carts].some((cart) => {
      const own = changes.filter((f) => f.cart === cart);
      const quiet = end - last(own);
      if (quiet < 30 * 60_000 || quiet >= 72 * HOUR) return false;
      return own.some((f) => {
        const [gone, bought] = [of(own, "removed"), of(facts, "line")].map((list) =>
          list.some((other) => other.product === f.product && other.ts > f.ts),
        );
        return f.kind === "added" && within(72 * HOUR)(f) && !gone && !bought;
      });
    });
  };
  const viewer: Rule = (facts) => {
    const views = of(facts, "viewed").filter(within(7 * DAY));
    const boughtSince = (category: string | undefined, ts: number) =>
      of(facts, "line").some((f) => f.category === category && f.ts > ts);
    const inCart = (same: (f: Fact) => boolean) => {
      const added = of(facts, "added").filter((f) => same(f) && within(30 * DAY)(f));
      return added.length > 0 && last(of(facts, "removed").filter(same)) <= last(added);
    };
    const twice = views.some((f) => {
      const own = views.filter((v) => v.product === f.product);
      const same = (other: Fact) => other.product === f.product;
      return own.length >= 2 && !inCart(same) && !boughtSince(f.category, own[0]!.ts);
    });
    const three = views.some((f) => {
      const own = views.filter((v) => v.category === f.category);
      const products = new Set(own.map((v) => v.product));
      const same = (other: Fact) => products.has(other.product);
      return products.size >= 3 && !inCart(same) && !boughtSince(f.category, own[0]!.ts);
    });
    return twice || three;
  };
  const vainSearch: Rule = (facts) => {
    const searches = of(facts, "searched").filter(within(7 * DAY));
    const since = searches[0]?.ts ?? 0;
    const looked = of(facts, "viewed", "clicked", "order").some((f) => f.ts > since);
    return new Set(searches.map((f) => f.query?.toLowerCase())).size >= 2 && !looked;
  };
  const open = (facts: readonly Fact[]) => {
    const [opened, closed] = [of(facts, "complaint_opened"), of(facts, "complaint_closed")];
    return opened.length > closed.length;
  };

  return {
    visitors: (f) => stage(f) === "visitor",
    anonymous_visitors: (f) => stage(f) === "visitor" && of(f, "identified").length === 0,
    known_visitors: (f) => stage(f) === "visitor" && of(f, "identified").length > 0,
    new_customers: (f) => stage(f) === "new",
    one_time_only: (f) => stage(f) === "new" && placed(f).length === 1,
    active_customers: (f) => stage(f) === "active",
    churned_customers: (f) => stage(f) === "churned",
    single_purchase: (f) => stage(f) === "churned" && placed(f).length === 1,
    was_active_longer: (f) => stage(f) === "churned" && placed(f).length > 1,
    was_active_with_balance: (f) =>
      stage(f) === "churned" && placed(f).length > 1 && balance(f) > 0,
    was_active_without_balance: (f) =>
      stage(f) === "churned" && placed(f).length > 1 && balance(f) === 0,
    reactivated: (f) => {
      const days = [...new Set(kept(f).map(({ ts }) => Math.floor(ts / DAY)))];
      const long = (day: number, i: number) =>
        i > 0 &&
        day - days[i - 1]! > 180 &&
        kept(f).find(({ ts }) => ts >= day * DAY)!.ts > end - 90 * DAY;
      return stage(f) === "active" && days.some(long);
    },
    frequent: (f) => kept(f).filter(({ ts }) => ts > monthsAgo(12)).length >= 4,
    new_buyer: (f) => here(f) && kept(f).length === 1 && daysSince(last(kept(f))) <= 60,
    second_order_overdue: (f) =>
      here(f) && kept(f).length === 1 && daysSince(last(kept(f))) > 60 && !seasonOnly(f),
    season_only: seasonOnly,
    season_only_sure: (f) => {
      const november = kept(f).filter(({ ts }) => new Date(ts).getUTCMonth() === 10);
      return seasonOnly(f) && november.some(({ ts }) => ts < last(november) - 180 * DAY);
    },
    lapsed,
    lapsed_one_time: (f) => lapsed(f) && placed(f).length === 1,
    lapsed_repeat: (f) => lapsed(f) && placed(f).length > 1,
    lapsed_repeat_with_balance: (f) => lapsed(f) && placed(f).length > 1 && balance(f) > 0,
    lapsed_hot: (f) => lapsed(f) && sessionsIn(f, 7 * DAY) > 0,
    cart_abandoner: leftCart,
    checkout_abandoner: (f) => openCheckouts(f).size > 0,
    payment_failed: (f) =>
      of(f, "payment_failed").some((e) => within(DAY)(e) && openCheckouts(f).has(e.order)),
    product_viewer: viewer,
    searcher: vainSearch,
    no_result: (f) =>
      vainSearch(f) && of(f, "searched").some((e) => within(7 * DAY)(e) && Number(e.results) === 0),
    engaged_non_buyer: (f) => {
      const clicks = of(f, "message_clicked").filter((e) => within(30 * DAY)(e) && human(e));
      const idle = placed(f).length === 0 || daysSince(last(kept(f))) > 180;
      const known = placed(f).length === 0 || kept(f).length > 0;
      return (clicks.length >= 2 || sessionsIn(f, 14 * DAY) >= 3) && idle && known;
    },
    anonymous_high_intent: (f) => {
      const week = f.filter(within(7 * DAY));
      const intent = of(week, "viewed").length >= 3 || of(week, "added").length > 0;
      return (
        !["email", "sms", "push"].some((channel) => consent(f, channel)) &&
        (intent || sessionsIn(f, 7 * DAY) >= 2)
      );
    },
    first_time_visitor: (f) =>
      placed(f).length === 0 && sessions(f).length === 1 && sessionsIn(f, DAY) === 1,
    no_consent_email: (f) => !consent(f, "email"),
    no_consent_sms: (f) => !consent(f, "sms"),
    no_consent_push: (f) => !consent(f, "push"),
    silent_subscriber: (f) => {
      const since = subscribedAt(f);
      const delivered = of(f, "delivered").filter((e) => e.channel === "email");
      const signs = f.filter((e) => SITE.has(e.kind) || (e.kind === "message_clicked" && human(e)));
      const quiet = [...signs, ...placed(f)].every((e) => !within(180 * DAY)(e));
      const long = since !== undefined && end - since > 90 * DAY;
      return consent(f, "email") && long && delivered.length >= 8 && quiet;
    },
    complaining: open,
  };
}

const SITE: ReadonlySet<string> = new Set([
  ...["page", "screen", "viewed", "clicked", "listed", "filtered", "searched", "added", "removed"],
  ...["cart_viewed", "checkout", "checkout_step", "payment_entered", "wished", "unwished"],
  "watched",
]);

export const holding = (people: readonly DemoPerson[], rule: Rule): Set<string> =>
  new Set(people.filter(({ facts }) => rule(facts)).map(({ id }) => id));
