import { messageOf, TransportError } from '../errors.js';
import { partOf } from './part.js';
import { extensions, type Sftp } from './sftp.js';
import { StatusError, statuses } from './sftp-answers.js';

/**
 * Puts `from` in the place of `to` on a node, which `where` names: in one step where its server can do that, else by moving `to` out of the
 * way. Throws the server's StatusError where all is as it was, `replace-unfinished` where it is not, or is not known.
 */
export async function replace(sftp: Sftp, from: string, to: string, where: string): Promise<void> {
  const aside = partOf(to, undefined).replace(/part$/, 'old');
  const oneStep = sftp.has(extensions.replace);
  try {
    await (oneStep ? sftp.replace(from, to) : inSteps(sftp, { from, to, aside, where }));
  } catch (error) {
    if (error instanceof StatusError || isUnfinished(error)) throw error;
    throw new TransportError(
      'replace-unfinished',
      `It is not known whether the new file took the place of ${JSON.stringify(to)} ${where}: ${messageOf(error)}`,
      {
        hint: `Look at ${to}. Where it is not the new one, that is ${from}${oneStep ? '' : `, and the old one may be ${aside}`}.`,
        cause: error,
      },
    );
  }
}

/** The target may not be as it was: nothing may be tidied up. */
export function isUnfinished(error: unknown): boolean {
  return error instanceof TransportError && error.code === 'replace-unfinished';
}

interface Names {
  from: string;
  to: string;
  aside: string;
  where: string;
}

/** For a moment there is no file; what it was is beside it meanwhile. */
async function inSteps(sftp: Sftp, names: Names): Promise<void> {
  const { from, to, aside } = names;
  try {
    return await sftp.rename(from, to);
  } catch (error) {
    if (!(error instanceof StatusError) || error.status !== statuses.failure) throw error;
  }
  await sftp.rename(to, aside);
  try {
    await sftp.rename(from, to);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    await putBack(sftp, names, error);
    throw error;
  }
  await sftp.remove(aside).catch(onlyStatus); // the new file is in its place, whatever becomes of the old one
}

async function putBack(sftp: Sftp, { from, to, aside, where }: Names, why: StatusError): Promise<void> {
  try {
    await sftp.rename(aside, to);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new TransportError(
      'replace-unfinished',
      `${JSON.stringify(to)} ${where} is not there now: its server moved it to ${JSON.stringify(aside)}, and then neither the new file to it nor it back (${why.message}; ${error.message}).`,
      {
        hint: `Nothing is lost: rename ${from}, the new file, or ${aside}, the old one, to ${to}.`,
        cause: why,
      },
    );
  }
}

function onlyStatus(error: unknown): void {
  if (!(error instanceof StatusError)) throw error;
}
