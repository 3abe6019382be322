// Orders in force, and the command for another. Orders are signed by an operator, so this page puts the command together and gives none.
import { byId, text, make, table, lasting } from './view.js';

const ENDS = { undrain: 'drain', unpin: 'pin', thaw: 'freeze' };
const KINDS = { drain: ['site', 'node', 'service'], pin: ['service'], freeze: ['all', 'service'] };

/** A word as a POSIX shell takes it whatever is in it. */
function quoted(word) {
  return /^[A-Za-z0-9._:\/-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

export class Orders {
  #now = null;

  constructor() {
    byId('new-order').addEventListener('click', () => this.open({ kind: 'site' }));
    byId('order-close').addEventListener('click', () => byId('order').close());
    byId('order-copy').addEventListener('click', () => this.#copy());
    byId('order-form').addEventListener('submit', event => event.preventDefault());
    byId('order-form').addEventListener('input', () => this.#refresh());
  }

  show(now) {
    this.#now = now;
    table(byId('orders'), 'Orders', [
      { head: 'Order', cell: row => row.order, className: 'first' },
      { head: 'Until', cell: row => row.until ? `${row.until.slice(11, 16)} UTC, in ${lasting((Date.parse(row.until) - now.atMillis) / 1000)}` : 'it is ended', className: 'wide' },
      { head: 'Reason', cell: row => `${row.reason} (${row.author})`, className: 'wide' },
    ], now.orders, row => row.subject ?? row.order, 'None: traffic goes where health and policy send it.');
  }

  /** @param about { kind, service, site } to begin with */
  open(about) {
    if (!this.#now) return;
    fill(byId('order-service'), [...new Set(this.#now.services.map(row => row.service))], about.service);
    fill(byId('order-site'), [...new Set([...this.#now.sites, ...this.#now.services].map(row => row.site))], about.site);
    fill(byId('order-node'), this.#now.nodes.map(row => row.node), about.node);
    byId('order-action').value = 'drain';
    byId('order-kind').value = about.kind;
    text(byId('order-said'), "Orders are signed: give the command where your operator's key is.");
    this.#refresh();
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

  #refresh() {
    const word = byId('order-action').value;
    const action = ENDS[word] ?? word;
    const kinds = KINDS[action];
    for (const option of byId('order-kind').options) option.hidden = option.disabled = !kinds.includes(option.value);
    if (!kinds.includes(byId('order-kind').value)) byId('order-kind').value = kinds[0];
    const wish = this.#wish();
    byId('order-service-row').hidden = !wish.service;
    byId('order-site-row').hidden = !wish.site;
    byId('order-node-row').hidden = !wish.node;
    byId('order-for-row').hidden = wish.ends;
    text(byId('order-command'), this.#command(wish, word));
  }

  #command(wish, word) {
    const target = wish.node ? ['node', wish.node]
        : wish.action === 'drain' ? (wish.service ? ['service', wish.service, wish.site] : ['site', wish.site])
        : wish.action === 'pin' ? (wish.ends ? [wish.service] : [wish.service, wish.site])
        : wish.service ? [wish.service] : [];
    const last = wish.ends || wish.lasts === 'ever' ? [] : ['--for', wish.lasts];
    return ['bridgehead', word, ...target, '--reason', wish.reason || 'why', ...last].map(quoted).join(' ');
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(byId('order-command').textContent);
      text(byId('order-said'), 'Copied.');
    } catch {
      text(byId('order-said'), 'This browser does not let a page copy: select the command and copy it.');
    }
  }
}

function fill(select, values, chosen) {
  select.replaceChildren(...values.map(value => {
    const option = make('option', '', value);
    option.value = value;
    return option;
  }));
  if (chosen) select.value = chosen;
}
