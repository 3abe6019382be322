'use strict';
// node server.js PORT: serves until its standard input ends, and says "ready" once it does. Says "cancelled" for each call that was.
const { grpc, Echo, Health } = require('./echo');

function watch(call) {
  call.on('cancelled', () => console.log('cancelled'));
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
server.addService(Health, { Check: (call, done) => done(null, Buffer.from([8, 1])) });
server.addService(Echo, {
  Say: (call, done) => {
    const mark = new grpc.Metadata();
    call.metadata.get('x-mark').forEach((value) => mark.add('x-mark', value));
    call.sendMetadata(mark);
    done(null, call.request, mark);
  },
  Count: (call) => {
    const count = Number(call.request.toString());
    for (let i = 0; i < count; i++) {
      call.write(Buffer.from(String(i)));
    }
    call.end();
  },
  Gather: (call, done) => {
    let messages = 0;
    let bytes = 0;
    call.on('data', (message) => {
      messages++;
      bytes += message.length;
    });
    call.on('end', () => done(null, Buffer.from(`${messages} messages, ${bytes} bytes`)));
  },
  Talk: (call) => {
    watch(call);
    call.on('data', (message) => call.write(message));
    call.on('end', () => call.end());
  },
  Fail: (call, done) => done({ code: grpc.status.FAILED_PRECONDITION, details: 'not today' }),
  Hang: (call) => watch(call),
});
server.bindAsync('127.0.0.1:' + process.argv[2], grpc.ServerCredentials.createInsecure(), (problem) => {
  if (problem) {
    console.error(problem.message);
    process.exit(1);
  }
  console.log('ready');
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
