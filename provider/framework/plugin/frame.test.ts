import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { CallGone, frame, readMessage } from './frame';

test('a message arrives whole, however it was cut in pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.nat(310), { maxLength: 8 }),
      async (message, cuts) => {
        const bytes = frame(message);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const stream = new PassThrough();
        const read = readMessage(stream, 1000);
        for (let i = 1; i < at.length; i++) stream.write(bytes.subarray(at[i - 1], at[i]));
        stream.end();
        expect(Buffer.compare(await read, message)).toBe(0);
      },
    ),
  );
});

test('the limit is a limit on what is announced, and is refused before it arrives', async () => {
  const stream = new PassThrough();
  const read = readMessage(stream, 10);
  stream.write(Buffer.from([0, 0, 0, 0, 11]));
  await expect(read).rejects.toMatchObject({
    status: 8,
    message: 'A message of 11 bytes is over the limit of 10 bytes.',
  });
  stream.end();
  const allowed = new PassThrough();
  allowed.end(frame(Buffer.alloc(10)));
  await expect(readMessage(allowed, 10)).resolves.toHaveLength(10);
});

test('after a refusal the rest is read and forgotten', async () => {
  const stream = new PassThrough({ highWaterMark: 16 });
  const read = readMessage(stream, 10);
  stream.write(Buffer.from([1, 0, 0, 0, 0]));
  await expect(read).rejects.toMatchObject({ status: 12 });
  for (let i = 0; i < 100; i++) stream.write(Buffer.alloc(1000));
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
});

test('a client that goes away is told from one that sends too little', async () => {
  const gone = new PassThrough();
  const read = readMessage(gone, 10);
  gone.write(Buffer.from([0, 0, 0]));
  gone.destroy();
  await expect(read).rejects.toBeInstanceOf(CallGone);
  const short = new PassThrough();
  short.end(Buffer.from([0, 0, 0]));
  await expect(readMessage(short, 10)).rejects.toMatchObject({ status: 13 });
});
