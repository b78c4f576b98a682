/** Seeds that once broke an invariant, and what was wrong. They are played in every test run. */
export const REGRESSIONS: readonly { seed: number; faults?: readonly number[]; what: string }[] = [
  { seed: 621, what: 'a claim that was given up came true late, was taken off again, and the holder did not look' },
  { seed: 685, what: 'a late claim by a lower term took the address away, and the holder did not look' },
  { seed: 404, what: 'a member that EC2 had refused once took itself for cut off until its next idle look' },
  { seed: 1500, what: 'two members with different configs handed over to each other without end' },
];
