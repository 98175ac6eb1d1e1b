/** Something a person has to put right. `message` is all they get to read, `exitCode` is how we end. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {{ code: string, exitCode?: number, output?: string, cause?: unknown }} details
   */
  constructor(message, { code, exitCode = 1, output = '', cause }) {
    super(message, { cause });
    this.name = 'Problem';
    this.code = code;
    this.exitCode = exitCode;
    this.output = output;
  }
}
