// The status page: takes what the node tells every two seconds and shows it. Rates are differences of the node's counters, made here.
import { byId, text, make, names, children, table, millis, perSecond, percent, lasting, brief } from './view.js';
import { draw, links } from './map.js';
import { Orders } from './orders.js';

const WINDOW_MILLIS = 30000;
const SILENT_MILLIS = 8000;
const readings = [];
let heardAt = 0;
let now = null;
/** Why the node is not heard, where somebody else asks it for this page. */
let trouble = '';

function flowKey(row) {
  return JSON.stringify([row.service, row.route ?? '', row.from, row.to]);
}

/** Keeps readings of the last half minute; a node that has started anew counts from zero. */
function keep(taken) {
  if (readings.length && readings[0].startedMillis !== taken.startedMillis) readings.length = 0;
  readings.push({
    atMillis: taken.atMillis,
    startedMillis: taken.startedMillis,
    traffic: new Map([...taken.traffic, ...(taken.routes ?? [])].map(row => [flowKey(row), row])),
    pings: new Map(taken.tunnels.map(tunnel => [tunnel.address + tunnel.node, tunnel])),
  });
  while (readings.length > 2 && taken.atMillis - readings[0].atMillis > WINDOW_MILLIS) readings.shift();
}

/** What happened between the oldest reading and the newest; null while there is one only. */
function lately(row) {
  const first = readings[0];
  const millisOver = now.atMillis - first.atMillis;
  if (millisOver <= 0) return null;
  const before = first.traffic.get(flowKey(row)) ?? { requests: 0, failed: 0, refused: 0, within: row.within.map(() => 0) };
  const requests = Math.max(0, row.requests - before.requests);
  return {
    requests,
    failed: Math.max(0, row.failed - before.failed),
    refused: Math.max(0, row.refused - before.refused),
    rate: requests * 1000 / millisOver,
    within: row.within.map((count, i) => Math.max(0, count - before.within[i])),
  };
}

/** Read off the buckets, evenly within each. */
function quantile(flow, share) {
  if (!flow || flow.requests === 0) return '–';
  const wanted = share * flow.requests;
  let low = 0;
  let below = 0;
  for (let i = 0; i < flow.within.length; i++) {
    const high = now.boundsMillis[i];
    if (flow.within[i] >= wanted) return millis(low + (high - low) * (wanted - below) / Math.max(1, flow.within[i] - below));
    low = high;
    below = flow.within[i];
  }
  return '>' + millis(low);
}

/** The share of pings that were not answered between the oldest reading and now, else since the start; null for none sent. */
function loss(tunnel) {
  const before = readings[0].pings.get(tunnel.address + tunnel.node);
  let sent = tunnel.pingsSent - (before?.pingsSent ?? 0);
  let lost = tunnel.pingsUnanswered - (before?.pingsUnanswered ?? 0);
  if (sent <= 0 || lost < 0) {
    sent = tunnel.pingsSent;
    lost = tunnel.pingsUnanswered;
  }
  return sent > 0 ? Math.min(1, lost / sent) : null;
}

/** Requests a second from one site to another, as this node sees them. */
function between(from, to) {
  if (readings.length < 2) return null;
  return now.traffic.filter(row => row.from === from && row.to === to)
      .reduce((sum, row) => sum + (lately(row)?.rate ?? 0), 0);
}

function showHead() {
  const status = now.status;
  text(byId('node'), status.node);
  document.title = `${status.healthy ? '' : '! '}${status.node} · Bridgehead`;
  const state = !status.ready ? 'not ready' : status.healthy ? 'healthy' : 'needs attention';
  names(byId('state'), 'state ' + (!status.ready ? 'bad' : status.healthy ? 'good' : 'warn'));
  text(byId('state'), state);
  text(byId('about'), [
    'site ' + status.site,
    'version ' + status.version,
    'revision ' + brief(status.revision),
    'up for ' + lasting(status.uptimeSeconds),
    status.cluster ? `cluster ${status.cluster.phase}${status.cluster.members > 1 ? `, ${status.cluster.members} members` : ''}` : '',
  ].filter(Boolean).join(' · '));
  const lines = [...status.problems, ...(status.flapping ?? []), ...(status.notes ?? []).map(note => 'Note: ' + note)];
  byId('problems').hidden = lines.length === 0;
  children(byId('problems'), lines, line => line, () => make('li'), text);
}

function healthOf(row) {
  if (row.total === undefined) return { text: 'not known', className: 'soft' };
  const said = `${row.fit} of ${row.total} fit`;
  return { text: (row.fit === row.total ? '● ' : row.fit ? '◐ ' : '✕ ') + said, className: row.fit === row.total ? 'good' : row.fit ? 'warn' : 'bad' };
}

function showServices() {
  const wanted = byId('filter').value.trim().toLowerCase();
  const rows = now.services.filter(row => !wanted
      || [row.service, row.site, row.reason, ...(row.orders ?? [])].join(' ').toLowerCase().includes(wanted))
      .map((row, i, all) => ({ ...row, again: i > 0 && all[i - 1].service === row.service }));
  const shown = new Set(now.services.map(row => row.service)).size;
  text(byId('services-count'), shown < now.status.services ? `${shown} of ${now.status.services}, those that are not well first` : `${shown}`);
  table(byId('services'), 'Services', [
    { head: 'Service', cell: row => ({ text: row.service, className: row.again ? 'again' : '' }), className: 'first' },
    { head: 'Site', cell: row => row.site },
    { head: 'Tier', cell: row => row.tier, className: 'number' },
    { head: 'Share', cell: row => ({ text: row.share, bar: row.weight }), className: 'keep' },
    { head: 'Health', cell: healthOf, className: 'keep' },
    { head: 'Reach', cell: row => ({ text: row.state, className: row.state === 'up' ? '' : row.state === 'suspect' ? 'warn' : 'bad' }) },
    { head: 'Failover', cell: row => ({ text: [row.reason, ...(row.orders ?? []), ...row.unfit].join('; '), className: row.orders?.length ? 'warn' : '' }), className: 'wide' },
    { head: 'Order', cell: row => ({ button: 'Order…', action: () => orders.open({ kind: 'service', service: row.service, site: row.site }) }), className: 'keep' },
  ], rows, row => JSON.stringify([row.service, row.site, row.tier]), wanted ? 'No service is like that.' : 'No service is there yet.');
}

function showTraffic() {
  const routes = now.routes ?? [];
  const split = new Set(routes.map(row => row.service));
  const rows = [...now.traffic, ...routes].map(row => ({ ...row, flow: readings.length > 1 ? lately(row) : null }));
  rows.sort((a, b) => a.service.localeCompare(b.service) || a.from.localeCompare(b.from) || a.to.localeCompare(b.to)
      || (a.route ?? '').localeCompare(b.route ?? ''));
  const seconds = Math.round((now.atMillis - readings[0].atMillis) / 1000);
  text(byId('traffic-over'), 'as this node sees it, ' + (seconds > 0 ? `over the last ${seconds} s` : 'soon')
      + (now.trafficRows > now.traffic.length ? `; the busiest ${now.traffic.length} of ${now.trafficRows}` : ''));
  const failed = flow => !flow || flow.requests === 0 ? '–' : percent(100 * flow.failed / flow.requests);
  table(byId('traffic'), 'Traffic', [
    { head: 'Service', cell: row => ({ text: row.service === 'none' ? '(matched to none)' : row.service, className: row.route ? 'again' : '' }), className: 'first' },
    { head: 'Route', cell: row => row.route === 'none' ? '(taken by none)' : row.route ?? (split.has(row.service) ? 'all' : ''), className: 'route' },
    { head: 'From', cell: row => row.from },
    { head: 'To', cell: row => row.to === 'none' ? '(nowhere)' : row.to },
    { head: 'Requests', cell: row => perSecond(row.flow ? row.flow.rate : null), className: 'number' },
    { head: 'Errors', cell: row => ({ text: failed(row.flow), className: row.flow?.failed ? 'bad' : '' }), className: 'number' },
    { head: 'Refused', cell: row => row.flow ? row.flow.refused : '…', className: 'number' },
    { head: 'p50', cell: row => quantile(row.flow, 0.5), className: 'number' },
    { head: 'p95', cell: row => quantile(row.flow, 0.95), className: 'number' },
    { head: 'p99', cell: row => quantile(row.flow, 0.99), className: 'number' },
    { head: 'Since start', cell: row => `${row.requests}, ${row.failed} failed`, className: 'number' },
  ], rows, flowKey, 'No request has ended yet.');
}

function showNodes() {
  table(byId('nodes'), 'Nodes', [
    { head: 'Node', cell: row => row.node, className: 'first' },
    { head: 'Site', cell: row => row.site },
    { head: 'Version', cell: row => row.version },
    { head: 'Revision', cell: row => row.behind?.length ? { text: `${brief(row.revision)} (behind: ${row.behind.join('; ')})`, className: 'warn' } : brief(row.revision), className: 'wide' },
    { head: 'Seen by', cell: row => row.silent ? { text: `✕ silent for ${lasting(row.heardMillisAgo / 1000)}`, className: 'bad' } : row.seenBy },
  ], now.nodes, row => row.node, 'This node stands alone.');
}

function showTunnels() {
  table(byId('tunnels'), 'Tunnels', [
    { head: 'Node', cell: row => row.node || row.address, className: 'first' },
    { head: 'Site', cell: row => row.site },
    { head: 'State', cell: row => ({ text: row.state, className: row.state === 'up' ? 'good' : row.state === 'suspect' ? 'warn' : 'bad' }) },
    { head: 'Round trip', cell: row => row.roundTripMicros ? `${millis(row.roundTripMicros / 1000)} ± ${millis(row.roundTripVariationMicros / 1000)}` : '–', className: 'number' },
    { head: 'Loss', cell: row => percent((loss(row) ?? NaN) * 100), className: 'number' },
    { head: 'Streams', cell: row => row.streams, className: 'number' },
    { head: 'Connections', cell: row => `${row.connections} out, ${row.connectionsAccepted} in`, className: 'number' },
    { head: 'Security', cell: row => row.security },
    { head: 'Last error', cell: row => row.lastError, className: 'wide' },
  ], now.tunnels, row => row.address + row.node, 'No tunnel: no other site is known.');
}

function ends(row) {
  if (!row.notAfter) return '';
  const left = (Date.parse(row.notAfter) - now.atMillis) / 1000;
  const whole = row.notBefore ? (Date.parse(row.notAfter) - Date.parse(row.notBefore)) / 1000 : 30 * 86400;
  if (left <= 0) return { text: `✕ ended ${lasting(-left)} ago`, className: 'bad' };
  const soon = left < Math.min(whole / 5, 21 * 86400);
  return { text: `${soon ? '◐ ' : ''}in ${lasting(left)}${row.renewal ? ', renewed by itself' : ''}`, className: soon ? 'warn' : '' };
}

function showCertificates() {
  table(byId('certificates'), 'Certificates', [
    { head: 'Use', cell: row => row.use, className: 'first' },
    { head: 'Subject', cell: row => row.id || row.subject, className: 'wide' },
    { head: 'Ends', cell: row => ends(row) },
    { head: 'Problem', cell: row => ({ text: row.problem ?? '', className: 'bad' }), className: 'wide' },
  ], now.certificates, (row) => JSON.stringify([row.use, row.serial, row.subject, row.issuer, row.notAfter]), 'None.');
}

function showEvents() {
  children(byId('events'), now.events, row => row.number, () => {
    const line = make('li');
    line.append(make('time', 'soft'), make('span'), make('span'), make('span', 'about'));
    return line;
  }, (line, row) => {
    const [time, level, said, about] = line.children;
    time.dateTime = row.at;
    text(time, new Date(row.at).toLocaleTimeString('en-GB'));
    names(level, row.level === 'ERROR' ? 'bad' : row.level === 'WARN' ? 'warn' : 'soft');
    text(level, { INFO: 'info', WARN: 'warn', ERROR: 'error' }[row.level] ?? row.level);
    text(said, row.text);
    text(about, row.about.join('  '));
  });
}

function showMap() {
  draw(byId('map'), now, links(now, loss), between);
}

function show() {
  if (!now) return;
  showHead();
  showMap();
  orders.show(now);
  showServices();
  showTraffic();
  showNodes();
  showTunnels();
  showCertificates();
  showEvents();
}

function live(said, tone) {
  names(byId('live'), 'live ' + tone);
  text(byId('live'), said);
}

let source = null;

function connect() {
  source?.close();
  source = new EventSource(new URL('events', import.meta.url));
  source.onmessage = event => {
    const told = JSON.parse(event.data);
    trouble = told.unreachable ?? '';
    if (trouble) {
      live(`✕ ${trouble}${now ? ': what is shown is old' : ''}`, 'bad');
      return;
    }
    now = told;
    heardAt = performance.now();
    keep(now);
    show();
    live('● live', 'good');
    document.documentElement.dataset.readings = readings.length;
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  };
}

const orders = new Orders();
setInterval(() => {
  const silent = performance.now() - heardAt;
  if (!trouble && silent > SILENT_MILLIS) live(heardAt ? `✕ nothing heard for ${lasting(silent / 1000)}: what is shown is old` : '✕ the node does not answer', 'bad');
}, 1000);
byId('filter').addEventListener('input', () => now && showServices());
document.addEventListener('keydown', event => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId('filter').focus();
  }
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    source?.close();
  } else {
    connect();
  }
});
new ResizeObserver(() => now && showMap()).observe(byId('map'));
connect();
