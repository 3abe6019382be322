'use strict';
// node client.js PORT HOST: calls every method through the listener at PORT, as HOST, and says "ok NAME" or "failed NAME: why" for each.
const { grpc, Echo } = require('./echo');
const assert = require('node:assert');

const [port, host] = process.argv.slice(2);
const client = new grpc.Client('127.0.0.1:' + port, grpc.credentials.createInsecure(), {
  'grpc.default_authority': host,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
});
const same = (bytes) => bytes;
const within = (millis) => ({ deadline: Date.now() + millis });

function unary(method, message, metadata = new grpc.Metadata(), options = within(20000)) {
  return new Promise((resolve, reject) => {
    const seen = {};
    const call = client.makeUnaryRequest(method.path, same, same, message, metadata, options, (problem, answer) =>
      problem ? reject(problem) : setImmediate(() => resolve({ answer, ...seen })));
    call.on('metadata', (head) => (seen.head = head));
    call.on('status', (status) => (seen.trailers = status.metadata));
  });
}

function collected(call) {
  return new Promise((resolve, reject) => {
    const messages = [];
    call.on('data', (message) => messages.push(message));
    call.on('error', reject);
    call.on('end', () => resolve(messages));
  });
}

async function code(promise) {
  try {
    await promise;
  } catch (problem) {
    return problem.code;
  }
  throw new Error('the call went well');
}

const checks = {
  async unary() {
    assert.equal((await unary(Echo.Say, Buffer.from('hello'))).answer.toString(), 'hello');
  },
  async metadata() {
    const sent = new grpc.Metadata();
    sent.set('x-mark', 'seen');
    const { head, trailers } = await unary(Echo.Say, Buffer.from('x'), sent);
    assert.deepEqual(head.get('x-mark'), ['seen']);
    assert.deepEqual(trailers.get('x-mark'), ['seen']);
  },
  async serverStreaming() {
    const call = client.makeServerStreamRequest(
      Echo.Count.path, same, same, Buffer.from('500'), new grpc.Metadata(), within(20000));
    const messages = await collected(call);
    assert.deepEqual(messages.map(String), Array.from({ length: 500 }, (_, i) => String(i)));
  },
  async clientStreaming() {
    const answer = await new Promise((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        Echo.Gather.path, same, same, new grpc.Metadata(), within(20000), (problem, message) =>
          problem ? reject(problem) : resolve(message));
      for (let i = 0; i < 500; i++) {
        call.write(Buffer.alloc(100));
      }
      call.end();
    });
    assert.equal(answer.toString(), '500 messages, 50000 bytes');
  },
  async bothStreaming() {
    const call = client.makeBidiStreamRequest(Echo.Talk.path, same, same, new grpc.Metadata(), within(20000));
    const messages = collected(call);
    for (let i = 0; i < 50; i++) {
      call.write(Buffer.from('line ' + i));
    }
    call.end();
    assert.deepEqual((await messages).map(String), Array.from({ length: 50 }, (_, i) => 'line ' + i));
  },
  async largeMessage() {
    const large = Buffer.alloc(4 << 20, 'large ');
    assert.ok((await unary(Echo.Say, large)).answer.equals(large));
  },
  async errorStatus() {
    assert.equal(await code(unary(Echo.Fail, Buffer.from('x'))), grpc.status.FAILED_PRECONDITION);
  },
  async deadline() {
    const late = unary(Echo.Hang, Buffer.from('x'), new grpc.Metadata(), within(300));
    assert.equal(await code(late), grpc.status.DEADLINE_EXCEEDED);
  },
  async cancellation() {
    const call = client.makeBidiStreamRequest(Echo.Talk.path, same, same, new grpc.Metadata(), within(20000));
    await new Promise((resolve) => {
      call.once('data', resolve);
      call.write(Buffer.from('hello'));
    });
    const end = collected(call);
    call.cancel();
    assert.equal(await code(end), grpc.status.CANCELLED);
  },
  async manyAtOnce() {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => unary(Echo.Say, Buffer.from('call ' + i))));
    answers.forEach(({ answer }, i) => assert.equal(answer.toString(), 'call ' + i));
  },
};

(async () => {
  let failed = false;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log('ok ' + name);
    } catch (problem) {
      failed = true;
      console.log('failed ' + name + ': ' + (problem.stack || problem));
    }
  }
  client.close();
  process.exit(failed ? 1 : 0);
})();
