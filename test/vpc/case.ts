import { refusal, type Lab } from './lab';

/** One thing AWS is known to do; fails by a failed `expect`. */
export interface Case {
  name: string;
  /** It changes nothing, so that others may use its lab; else it gets a lab of its own. */
  changesNothing?: true;
  run(lab: Lab): Promise<void>;
}

/** A case whose call is refused, with HTTP 400 unless said. */
export function refused(
  name: string,
  call: (lab: Lab) => Promise<unknown>,
  expected: { code: string; message?: string | RegExp | ((lab: Lab) => string); status?: number },
): Case {
  return {
    name,
    changesNothing: true,
    async run(lab) {
      const { message = /./ } = expected;
      const text = typeof message === 'function' ? message(lab) : message;
      expect(await refusal(call(lab))).toEqual({
        code: expected.code,
        status: expected.status ?? 400,
        message: typeof text === 'string' ? text : (expect.stringMatching(text) as unknown),
      });
    },
  };
}
