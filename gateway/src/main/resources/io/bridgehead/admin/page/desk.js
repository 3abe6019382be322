// The desk: where this page is served by `bridgehead page` on an operator's machine, orders are looked at and given here, signed by that machine.
const PROOF = 'bridgehead-proof';

/** Whether this tab came by the link, and so may give orders. */
export function hasProof() {
  return sessionStorage.getItem(PROOF) !== null;
}

async function ask(path, wish) {
  let answer;
  try {
    answer = await fetch(new URL(path, import.meta.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-bridgehead-page': sessionStorage.getItem(PROOF) ?? '' },
      body: JSON.stringify(wish),
    });
  } catch {
    return { error: "'bridgehead page' does not answer: is it running still?" };
  }
  const said = await answer.text();
  try {
    return JSON.parse(said);
  } catch {
    return { error: said.trim() };
  }
}

/** What an order would do: { text, problem, warnings, shares, after, possible } or { error }. */
export const plan = wish => ask('plan', wish);

/** Gives it: { text, reach, warnings } or { error, problems }. */
export const give = wish => ask('orders', wish);
