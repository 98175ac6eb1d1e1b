/** Something that only a person can answer. */
export interface SecretQuestion {
  /** As the server words it; it may contain anything. */
  prompt: string;
  /** May the answer be seen while it is typed? */
  echo: boolean;
  /** 1 at first; after a wrong answer, one more. */
  attempt: number;
}
