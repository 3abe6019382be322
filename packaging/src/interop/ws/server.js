// Echoes what it gets, compressed when the client agrees; `close 4002 why` and `ping` are orders.
'use strict';
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  perMessageDeflate: { threshold: 0 },
  verifyClient: ({ req }, answer) =>
    req.url === '/refused' ? answer(false, 451, 'not here', { 'x-why': 'refused' }) : answer(true),
});
server.on('listening', () => console.log('ready'));
server.on('connection', (socket, request) => {
  console.log(`open ${request.url} ${socket.extensions}`);
  socket.on('pong', (data) => console.log(`pong ${data}`));
  socket.on('close', (code, reason) => console.log(`close ${code} ${reason}`));
  socket.on('error', (error) => console.log(`error ${error.message}`));
  socket.on('message', (data, binary) => {
    const text = binary ? '' : data.toString();
    if (text.startsWith('close ')) {
      const [, code, ...why] = text.split(' ');
      socket.close(Number(code), why.join(' '));
    } else if (text === 'ping') {
      socket.ping('from the server');
    } else if (text === 'in pieces') {
      socket.send('in ', { fin: false });
      socket.send('three ', { fin: false });
      socket.send('pieces', { fin: true });
    } else {
      socket.send(data, { binary });
    }
  });
});
process.on('SIGTERM', () => process.exit(0));
