// The map: this node's site, the others around it, and the tunnels to them. Lines differ by their dashes as well, and each says its state in words.
import { svg, millis, perSecond, percent } from './view.js';

const WIDE = 620;
const BOX = 62;
const GAP = 14;

const SIGNS = { up: '●', local: '●', suspect: '◐', dead: '✕', 'no tunnel': '○', connecting: '○' };
const TONES = { up: 'good', local: 'good', suspect: 'warn', connecting: 'warn', dead: 'bad', 'no tunnel': 'bad' };

/** What is known of the way to each site: the best round trip, and what of the pings was lost lately over all its tunnels. */
export function links(now, loss) {
  const bySite = new Map();
  for (const tunnel of now.tunnels) {
    if (!tunnel.site) continue;
    const link = bySite.get(tunnel.site) ?? { tunnels: 0, up: 0, roundTrip: null, loss: null };
    link.tunnels++;
    if (tunnel.state === 'up') {
      link.up++;
      const trip = tunnel.roundTripMicros / 1000;
      if (trip > 0) link.roundTrip = link.roundTrip === null ? trip : Math.min(link.roundTrip, trip);
    }
    const lost = loss(tunnel);
    if (lost !== null) link.loss = Math.max(link.loss ?? 0, lost);
    bySite.set(tunnel.site, link);
  }
  return bySite;
}

export function draw(host, now, ways, flows) {
  const width = Math.max(280, host.clientWidth);
  const own = now.sites.find(site => site.reachable === 'local')
      ?? { site: now.status.site, nodes: [now.status.node], reachable: 'local', services: [] };
  const others = now.sites.filter(site => site !== own);
  const sites = others.map(site => ({
    ...site,
    way: ways.get(site.site),
    out: flows(own.site, site.site),
    back: flows(site.site, own.site),
  }));
  const picture = width >= WIDE ? wide(width, own, sites) : narrow(width, own, sites);
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', described(own, sites));
  host.replaceChildren(picture);
}

function described(own, sites) {
  const others = sites.map(site => `${site.site}: ${site.reachable}, ${trip(site)}; ${flow(site)}`);
  return `This node is in site ${own.site}. ` + (others.length ? others.join('. ') : 'No other site is known.');
}

function trip(site) {
  const way = site.way;
  if (!way) return 'no tunnel';
  const lost = way.loss === null ? '' : ` · ${percent(way.loss * 100)} lost`;
  return way.roundTrip === null ? `no round trip${lost}` : `${millis(way.roundTrip)}${lost}`;
}

function flow(site) {
  return `→ ${perSecond(site.out)}  ← ${perSecond(site.back)}`;
}

function canvas(width, height) {
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height });
}

function cut(value, pixels) {
  const most = Math.max(4, Math.floor(pixels / 7.2));
  return value.length <= most ? value : value.slice(0, most - 1) + '…';
}

function counted(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function box(picture, x, y, width, site, isOwn) {
  picture.append(svg('rect', { x, y, width, height: BOX, rx: 6, class: isOwn ? 'own' : '' }));
  picture.append(svg('text', { x: x + 12, y: y + 19, class: 'name' }, cut(site.site, width - 24)));
  const state = isOwn ? 'this node is here' : site.reachable;
  picture.append(svg('text', { x: x + 12, y: y + 36, class: TONES[site.reachable] ?? '' },
      `${SIGNS[site.reachable] ?? '?'} ${state}${site.way ? ` · ${site.way.up} of ${counted(site.way.tunnels, 'tunnel')}` : ''}`));
  picture.append(svg('text', { x: x + 12, y: y + 53, class: 'soft' },
      `${counted(site.nodes.length, 'node')} · ${counted(site.services.length, 'service')}`));
}

function wide(width, own, sites) {
  const height = Math.max(1, sites.length) * (BOX + GAP) - GAP + 4;
  const picture = canvas(width, height);
  const side = Math.min(230, Math.round(width * 0.3));
  const left = 2;
  const right = width - side - 2;
  const middle = Math.max(2, (height - BOX) / 2);
  sites.forEach((site, i) => {
    const y = 2 + i * (BOX + GAP) + BOX / 2;
    const from = middle + BOX / 2;
    const bend = left + side + Math.min(90, (right - left - side) / 3);
    picture.append(svg('path', {
      d: `M ${left + side} ${from} C ${bend} ${from} ${left + side} ${y} ${bend} ${y} L ${right} ${y}`,
      class: TONES[site.reachable] ?? '',
    }));
    const x = bend + 10;
    picture.append(svg('text', { x, y: y - 7 }, cut(trip(site), right - x - 4)));
    picture.append(svg('text', { x, y: y + 17, class: 'soft' }, cut(flow(site), right - x - 4)));
    box(picture, right, y - BOX / 2, side, site, false);
  });
  box(picture, left, middle, side, own, true);
  if (!sites.length) {
    picture.append(svg('text', { x: left + side + 20, y: middle + BOX / 2 + 4, class: 'soft' }, 'No other site is known.'));
  }
  return picture;
}

function narrow(width, own, sites) {
  const each = BOX + 36 + GAP;
  const picture = canvas(width, BOX + 4 + sites.length * each);
  box(picture, 2, 2, width - 4, own, true);
  sites.forEach((site, i) => {
    const y = 2 + BOX + i * each;
    picture.append(svg('path', {
      d: `M ${14} ${i === 0 ? y : y - BOX / 2 - GAP} L ${14} ${y + 36 + GAP + BOX / 2} L 30 ${y + 36 + GAP + BOX / 2}`,
      class: TONES[site.reachable] ?? '',
    }));
    picture.append(svg('text', { x: 30, y: y + 22 }, cut(trip(site), width - 36)));
    picture.append(svg('text', { x: 30, y: y + 39, class: 'soft' }, cut(flow(site), width - 36)));
    box(picture, 30, y + 36 + GAP, width - 32, site, false);
  });
  return picture;
}
