import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod } from 'ssh2';
import type { Identity } from './identities.js';
import type { SecretQuestion } from './secret-question.js';

/** A person's answer; undefined where there is none. It is used once, and kept nowhere. */
export type AskSecret = (question: SecretQuestion) => Promise<string | undefined>;

type Method = 'publickey' | 'keyboard-interactive' | 'password';

export interface LoginInput {
  user: string;
  identities: readonly Identity[];
  /** In the order to try them. */
  methods: readonly Method[];
  /** How often a person may answer wrongly, by each method. */
  prompts: number;
  /** Nobody is asked where absent. */
  ask?: AskSecret;
}

export interface Login {
  /**
   * For ssh2, which asks what to try next, with the methods that the server would take (null: it has not said), until
   * it is told `false`. `partial`: it took what was tried last, and wants more.
   */
  next(left: readonly AuthenticationType[] | null, partial: boolean | null): Promise<AnyAuthMethod | false>;
  /** Labels of the keys offered so far. */
  readonly offered: readonly string[];
  /** What the server would take, as far as it has said. */
  readonly left: readonly string[];
  /** There are keys to offer, wanted or not. */
  readonly keysConfigured: boolean;
  /** The server took something, and wanted more than that. ssh2 does not tell it of an agent's key. */
  readonly partial: boolean;
  /** Something was offered and did not do. */
  readonly refused: boolean;
  /** A person has answered, rightly or not. */
  readonly attended: boolean;
  /** Why nobody could be asked, where asking failed. */
  readonly failure: unknown;
}

/**
 * What to try, in ssh's order: keys one by one, then a person. Where there is one to be asked, the server is asked first
 * what it takes at all, as ssh does, so that nobody is bothered in vain.
 */
export function createLogin(input: LoginInput): Login {
  const { user, ask } = input;
  const keys = input.methods.includes('publickey') ? [...input.identities] : [];
  const offered: string[] = [];
  const asked = { password: 0, 'keyboard-interactive': 0 };
  let left: readonly AuthenticationType[] | undefined;
  let calls = 0;
  /** ssh2 keeps to itself what the server says to an agent's key, such as that it wants a password besides. */
  let unheard = ask !== undefined;
  let attended = false;
  let partial = false;
  let gaveUp = false;
  let failure: unknown;

  function nextKey(): AnyAuthMethod | undefined {
    const key = left === undefined || left.includes('publickey') ? keys.shift() : undefined;
    if (key === undefined) return undefined;
    offered.push(key.label);
    unheard = ask !== undefined && key.method.type === 'agent';
    return key.method;
  }

  async function answerTo(question: SecretQuestion): Promise<string | undefined> {
    if (ask === undefined || gaveUp) return undefined;
    try {
      const answer = await ask(question);
      gaveUp = answer === undefined;
      attended ||= !gaveUp;
      return answer;
    } catch (error) {
      gaveUp = true;
      failure = error;
      return undefined;
    }
  }

  async function byPerson(method: 'password' | 'keyboard-interactive'): Promise<AnyAuthMethod | undefined> {
    if (ask === undefined || gaveUp || left?.includes(method) !== true) return undefined;
    if (asked[method] >= input.prompts) return undefined;
    const attempt = (asked[method] += 1);
    if (method === 'keyboard-interactive')
      return interactive(user, (prompt, echo) => answerTo({ prompt, echo, attempt }));
    const password = await answerTo({ prompt: 'Password: ', echo: false, attempt });
    return password === undefined ? undefined : { type: 'password', username: user, password };
  }

  async function choose(): Promise<AnyAuthMethod | false> {
    if (calls === 1 && unheard) return askServer();
    for (const method of input.methods) {
      if (method !== 'publickey' && unheard) return askServer();
      const chosen = method === 'publickey' ? nextKey() : await byPerson(method);
      if (chosen !== undefined) return chosen;
    }
    return false;
  }

  /** It refuses this, and says what it would take. */
  function askServer(): AnyAuthMethod {
    unheard = false;
    return { type: 'none', username: user };
  }

  return {
    next(methodsLeft, partialSuccess) {
      left = methodsLeft ?? left;
      partial ||= partialSuccess === true;
      calls += 1;
      return choose();
    },
    offered,
    get left() {
      return left ?? [];
    },
    keysConfigured: input.identities.length > 0,
    get partial() {
      return partial;
    },
    get refused() {
      return calls > 1;
    },
    get attended() {
      return attended;
    },
    get failure() {
      return failure;
    },
  };
}

function interactive(
  user: string,
  answer: (prompt: string, echo: boolean) => Promise<string | undefined>,
): KeyboardInteractiveAuthMethod {
  return {
    type: 'keyboard-interactive',
    username: user,
    prompt(name, instructions, _language, prompts, finish) {
      const introduction = [name, instructions].filter((text) => text !== '').join('\n');
      const answerAll = async () => {
        const answers: string[] = [];
        for (const [index, { prompt, echo = false }] of prompts.entries()) {
          const text = index === 0 && introduction !== '' ? `${introduction}\n${prompt}` : prompt;
          answers.push((await answer(text, echo)) ?? '');
        }
        finish(answers);
      };
      void answerAll(); // `answer` never rejects
    },
  };
}
