'use strict';
// What the client and the server have in common: one method of each kind, with plain bytes as messages.
const grpc = require('@grpc/grpc-js');

const same = (bytes) => bytes;

function method(name, requestStream, responseStream) {
  return {
    path: '/e2e.Echo/' + name,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

module.exports = {
  grpc,
  Echo: {
    Say: method('Say', false, false),
    Count: method('Count', false, true),
    Gather: method('Gather', true, false),
    Talk: method('Talk', true, true),
    Fail: method('Fail', false, false),
    Hang: method('Hang', false, false),
  },
  Health: {
    Check: {
      path: '/grpc.health.v1.Health/Check',
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  },
};
