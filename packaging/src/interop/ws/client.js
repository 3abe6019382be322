// Says `ok <what>` for each thing that works through the gateway: node client.js <port> <host>.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const { once } = require('node:events');
const WebSocket = require('ws');

const [port, host] = process.argv.slice(2);

async function open(path, options) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host }, ...options });
  await once(socket, 'open');
  return socket;
}

async function echoed(socket, data, options) {
  const answer = once(socket, 'message');
  socket.send(data, options);
  const [message, binary] = await answer;
  return binary ? message : message.toString();
}

const checks = {
  async 'text and binary'() {
    const socket = await open('/plain', { perMessageDeflate: false });
    assert.strictEqual(socket.extensions, '');
    assert.strictEqual(await echoed(socket, 'hällo'), 'hällo');
    const bytes = crypto.randomBytes(1 << 20);
    assert.ok((await echoed(socket, bytes)).equals(bytes));
    socket.close();
    await once(socket, 'close');
  },

  async 'fragments'() {
    const socket = await open('/fragments', { perMessageDeflate: false });
    const answer = once(socket, 'message');
    socket.send('a', { fin: false });
    socket.ping('between'); // control frames may stand between fragments
    socket.send('b', { fin: false });
    socket.send('c', { fin: true });
    const pong = once(socket, 'pong');
    assert.strictEqual((await answer)[0].toString(), 'abc');
    assert.strictEqual((await pong)[0].toString(), 'between');
    assert.strictEqual(await echoed(socket, 'in pieces'), 'in three pieces');
    socket.close();
    await once(socket, 'close');
  },

  async 'pings of both ends'() {
    const socket = await open('/pings');
    const pong = once(socket, 'pong');
    socket.ping('from the client');
    assert.strictEqual((await pong)[0].toString(), 'from the client');
    const ping = once(socket, 'ping');
    socket.send('ping');
    assert.strictEqual((await ping)[0].toString(), 'from the server');
    socket.close();
    await once(socket, 'close');
  },

  async 'close by the client'() {
    const socket = await open('/close');
    socket.close(4001, 'bye');
    const [code, reason] = await once(socket, 'close');
    assert.strictEqual(code, 4001);
    assert.strictEqual(reason.toString(), 'bye');
  },

  async 'close by the server'() {
    const socket = await open('/close');
    socket.send('close 4002 had enough');
    const [code, reason] = await once(socket, 'close');
    assert.strictEqual(code, 4002);
    assert.strictEqual(reason.toString(), 'had enough');
  },

  async 'permessage-deflate'() {
    const socket = await open('/deflate', { perMessageDeflate: { threshold: 0 } });
    assert.strictEqual(socket.extensions, 'permessage-deflate');
    const text = 'again and '.repeat(100_000);
    assert.strictEqual(await echoed(socket, text), text);
    const bytes = crypto.randomBytes(1 << 20);
    assert.ok((await echoed(socket, bytes)).equals(bytes));
    socket.close();
    await once(socket, 'close');
  },

  async 'a refusal of the server'() {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/refused`, { headers: { host } });
    const [, answer] = await once(socket, 'unexpected-response');
    assert.strictEqual(answer.statusCode, 451);
    assert.strictEqual(answer.headers['x-why'], 'refused');
    answer.destroy();
  },

  async 'a hundred at once'() {
    const sockets = await Promise.all(Array.from({ length: 100 }, (_, i) => open(`/many/${i}`)));
    const answers = await Promise.all(sockets.map((socket, i) => echoed(socket, `message ${i}`)));
    answers.forEach((answer, i) => assert.strictEqual(answer, `message ${i}`));
    await Promise.all(sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.close();
      return closed;
    }));
  },
};

(async () => {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok ${name}`);
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
