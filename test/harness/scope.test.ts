import { Scope } from './scope';

test('undoes newest first, carries on past a failure, and names it', async () => {
  const done: string[] = [];
  const scope = new Scope();
  scope.defer('first', () => done.push('first'));
  scope.defer('second', () => {
    throw new Error('stuck');
  });
  scope.defer('third', () => done.push('third'));
  await expect(scope.close()).rejects.toThrow('second: stuck');
  expect(done).toEqual(['third', 'first']);
});

test('what is deferred while or after closing is undone too, and closing twice undoes once', async () => {
  const done: string[] = [];
  const scope = new Scope();
  scope.defer('a', () => done.push('a'));
  const closing = scope.close();
  scope.defer('late', () => done.push('late'));
  await closing;
  await scope.close();
  expect(done).toEqual(['a', 'late']);
});
