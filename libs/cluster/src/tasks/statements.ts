import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Row } from './columns.js';
import { toTaskStoreError } from './store-error.js';

/** A piece of SQL and the values for its question marks. */
export interface Fragment {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

export function fragment(sql: string, ...values: SQLInputValue[]): Fragment {
  return { sql, values };
}

/** `column IN (?, ?)` */
export function isOneOf(column: string, values: readonly SQLInputValue[]): Fragment {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** Statements of one database, each prepared once; what they throw has a code. */
export interface Statements {
  /** The number of rows changed. */
  run(statement: Fragment): number;
  get(statement: Fragment): Row | undefined;
  all(statement: Fragment): Row[];
  /** True where the update changed a row. */
  update(assignments: readonly Fragment[], conditions: readonly Fragment[]): boolean;
}

export function createStatements(database: DatabaseSync, file: string): Statements {
  const prepared = new Map<string, StatementSync>();

  function execute<T>(
    { sql, values }: Fragment,
    how: (statement: StatementSync, values: SQLInputValue[]) => T,
  ): T {
    try {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        statement = database.prepare(sql);
        prepared.set(sql, statement);
      }
      return how(statement, [...values]);
    } catch (error) {
      throw toTaskStoreError(file, error);
    }
  }

  const run = (fragment: Fragment) =>
    Number(execute(fragment, (statement, values) => statement.run(...values)).changes);

  return {
    run,
    get: (fragment) => execute(fragment, (statement, values) => statement.get(...values)),
    all: (fragment) => execute(fragment, (statement, values) => statement.all(...values)),
    update(assignments, conditions) {
      const sets = assignments.map(({ sql }) => sql).join(', ');
      const where = conditions.map(({ sql }) => sql).join(' AND ');
      const values = [...assignments, ...conditions].flatMap((piece) => piece.values);
      return run({ sql: `UPDATE tasks SET ${sets} WHERE ${where}`, values }) > 0;
    },
  };
}
