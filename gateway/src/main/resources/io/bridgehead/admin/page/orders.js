// Orders in force, and another one. Orders are signed by an operator: where an operator's machine serves this page they are planned and given here,
// elsewhere this page puts the command together and gives none.
import { byId, text, make, names, table, lasting } from './view.js';
import { plan, give, hasProof } from './desk.js';

const ENDS = { undrain: 'drain', unpin: 'pin', thaw: 'freeze', lift: 'quarantine' };
const ENDED_BY = { drain: 'undrain', pin: 'unpin', freeze: 'thaw', quarantine: 'lift' };
const KINDS = { drain: ['site', 'node', 'service'], pin: ['service'], freeze: ['all', 'service'], quarantine: ['site', 'node'] };
const GIVEN_MAX = 5;

/** A word as a POSIX shell takes it whatever is in it. */
function quoted(word) {
  return /^[A-Za-z0-9._:\/-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

function kindOf(order) {
  return order.node ? 'node' : order.service ? 'service' : order.site ? 'site' : 'all';
}

export class Orders {
  #now = null;
  #planned = null;
  #busy = false;

  constructor() {
    byId('new-order').addEventListener('click', () => this.open({ kind: 'site' }));
    byId('order-close').addEventListener('click', () => byId('order').close());
    byId('order-copy').addEventListener('click', () => this.#copy());
    byId('order-plan').addEventListener('click', () => this.#plan());
    byId('order-give').addEventListener('click', () => this.#give());
    byId('order-form').addEventListener('submit', event => {
      event.preventDefault();
      if (!byId('order-plan').hidden && !byId('order-plan').disabled && !this.#planned) this.#plan();
    });
    byId('order-form').addEventListener('input', () => this.#changed());
  }

  show(now) {
    this.#now = now;
    table(byId('orders'), 'Orders', [
      { head: 'Order', cell: row => row.order, className: 'first' },
      { head: 'Until', cell: row => row.until ? `${row.until.slice(11, 16)} UTC, in ${lasting((Date.parse(row.until) - now.atMillis) / 1000)}` : 'it is ended', className: 'wide' },
      { head: 'Reason', cell: row => `${row.reason} (${row.author})`, className: 'wide' },
      { head: 'End', cell: row => ENDED_BY[row.action] && !row.endpoint ? { button: 'End…', action: () => this.#end(row) } : '', className: 'keep' },
    ], now.orders, row => row.subject ?? row.order, 'None: traffic goes where health and policy send it.');
    byId('desk').hidden = !now.desk;
    if (now.desk) {
      const objection = this.#objection();
      names(byId('desk'), objection ? 'desk warn' : 'desk');
      text(byId('desk'), objection ? `○ No order can be given here: ${objection}` : `● Orders given here are signed by ${now.desk.operator}.`);
    }
    this.#buttons();
  }

  /** Why this page cannot give orders; empty when it can. */
  #objection() {
    const desk = this.#now?.desk;
    if (!desk) return '';
    if (!desk.may) return desk.reason;
    return hasProof() ? '' : "this tab did not come by the link that 'bridgehead page' printed; give orders in the one that did.";
  }

  #end(order) {
    this.open({ word: ENDED_BY[order.action], kind: kindOf(order), service: order.service, site: order.site, node: order.node });
  }

  /** @param about { word, kind, service, site, node } to begin with */
  open(about) {
    if (!this.#now) return;
    fill(byId('order-service'), this.#now.services.map(row => row.service), about.service);
    fill(byId('order-site'), [...this.#now.sites, ...this.#now.services].map(row => row.site), about.site);
    fill(byId('order-node'), this.#now.nodes.map(row => row.node), about.node);
    byId('order-action').value = about.word ?? 'drain';
    byId('order-kind').value = about.kind;
    byId('order-reason').value = '';
    this.#changed();
    byId('order').showModal();
  }

  /** What the form says. */
  #wish() {
    const word = byId('order-action').value;
    const action = ENDS[word] ?? word;
    const kind = byId('order-kind').value;
    const ofService = kind === 'service';
    return {
      action,
      ends: word in ENDS,
      service: ofService ? byId('order-service').value : '',
      site: (ofService && action !== 'freeze' && word !== 'unpin') || kind === 'site' ? byId('order-site').value : '',
      node: kind === 'node' ? byId('order-node').value : '',
      reason: byId('order-reason').value.trim(),
      lasts: byId('order-for').value,
    };
  }

  #changed() {
    const word = byId('order-action').value;
    const kinds = KINDS[ENDS[word] ?? word];
    for (const option of byId('order-kind').options) option.hidden = option.disabled = !kinds.includes(option.value);
    if (!kinds.includes(byId('order-kind').value)) byId('order-kind').value = kinds[0];
    const wish = this.#wish();
    byId('order-service-row').hidden = !wish.service;
    byId('order-site-row').hidden = !wish.site;
    byId('order-node-row').hidden = !wish.node;
    byId('order-for-row').hidden = wish.ends;
    text(byId('order-command'), command(wish, word));
    this.#planned = null;
    byId('order-planned').replaceChildren();
    const objection = this.#objection();
    this.#say(objection ? `○ Not from here: ${objection}`
        : this.#now?.desk ? 'Nothing is ordered before you have seen the plan.'
        : "Orders are signed: give the command where your operator's key is, or start 'bridgehead page' there.");
    this.#buttons();
  }

  #say(said, tone) {
    names(byId('order-said'), 'said ' + (tone ?? ''));
    text(byId('order-said'), said);
  }

  #buttons() {
    const off = this.#busy || this.#objection() !== '';
    byId('order-plan').hidden = byId('order-give').hidden = !this.#now?.desk;
    byId('order-plan').disabled = off;
    byId('order-give').disabled = off || !this.#planned;
  }

  /** Asks something, one thing at a time. */
  async #ask(question, wish) {
    this.#busy = true;
    this.#buttons();
    try {
      return await question(wish);
    } finally {
      this.#busy = false;
      this.#buttons();
    }
  }

  async #plan() {
    const wish = this.#wish();
    if (!wish.reason) {
      this.#say('Say why first: everybody who sees the order sees the reason.', 'warn');
      byId('order-reason').focus();
      return;
    }
    this.#say('…');
    const answer = await this.#ask(plan, wish);
    if (JSON.stringify(this.#wish()) !== JSON.stringify(wish)) return;
    const problem = answer.error ?? answer.problem;
    const lines = [
      ...(answer.text ?? '').split('\n').filter(Boolean).map(line => ['', line]),
      ...(answer.shares ?? []).map(line => ['soft', line]),
      ...(answer.warnings ?? []).map(line => ['warn', `◐ ${line}`]),
    ];
    byId('order-planned').replaceChildren(...lines.map(([tone, line]) => make('li', tone, line)));
    if (problem) {
      this.#say(`✕ This cannot be ordered: ${problem}`, 'bad');
      return;
    }
    this.#planned = { ...wish, after: answer.after };
    this.#buttons();
    this.#say('This is the plan. Nothing is ordered yet.');
    byId('order-give').focus();
  }

  async #give() {
    const wish = this.#planned;
    if (!wish) return;
    this.#planned = null;
    this.#say('…');
    const answer = await this.#ask(give, wish);
    const said = answer.error ? `✕ Refused: ${answer.error}` : `● ${answer.text}; ${answer.reach}`;
    const tone = answer.error ? 'bad' : 'good';
    const warnings = (answer.warnings ?? []).map(line => make('li', 'warn', `◐ ${line}`));
    byId('order-planned').replaceChildren(...warnings);
    this.#say(said, tone);
    this.#remember(said, tone);
    byId('order-close').focus();
  }

  /** Keeps what came of the last orders in sight when the dialog is gone. */
  #remember(said, tone) {
    const line = make('li', tone, `${new Date().toLocaleTimeString('en-GB')} ${said}`);
    byId('given').prepend(line);
    while (byId('given').children.length > GIVEN_MAX) byId('given').lastElementChild.remove();
    byId('given').hidden = false;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(byId('order-command').textContent);
      this.#say('Copied.');
    } catch {
      this.#say('This browser does not let a page copy: select the command and copy it.');
    }
  }
}

function command(wish, word) {
  const target = wish.node ? ['node', wish.node]
      : wish.action === 'drain' ? (wish.service ? ['service', wish.service, wish.site] : ['site', wish.site])
      : wish.action === 'quarantine' ? ['site', wish.site]
      : wish.action === 'pin' ? (wish.ends ? [wish.service] : [wish.service, wish.site])
      : wish.service ? [wish.service] : [];
  const verb = word === 'lift' ? 'quarantine' : word;
  const last = wish.ends || wish.lasts === 'ever' ? (word === 'lift' ? ['--lift'] : []) : ['--for', wish.lasts];
  return ['bridgehead', verb, ...target, '--reason', wish.reason || 'why', ...last].map(quoted).join(' ');
}

function fill(select, values, chosen) {
  const all = new Set(values);
  if (chosen) all.add(chosen);
  select.replaceChildren(...[...all].map(value => {
    const option = make('option', '', value);
    option.value = value;
    return option;
  }));
  if (chosen) select.value = chosen;
}
