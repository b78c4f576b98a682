const Sequencer = require('@jest/test-sequencer').default;

/** The main job first, the rest by name: a reader sees at once whether it works, and a LocalStack is fresh for it. */
module.exports = class extends Sequencer {
  sort(tests) {
    const key = ({ path }) => (path.includes('lifecycle') ? '' : path);
    return [...tests].sort((a, b) => key(a).localeCompare(key(b)));
  }
};
