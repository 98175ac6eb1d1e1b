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
  /** The same; gives the row as it is then. */
  updated(assignments: readonly Fragment[], conditions: readonly Fragment[]): Row | undefined;
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

  const all = (fragment: Fragment) => execute(fragment, (statement, values) => statement.all(...values));
  const run = (fragment: Fragment) =>
    Number(execute(fragment, (statement, values) => statement.run(...values)).changes);

  return {
    run,
    get: (fragment) => execute(fragment, (statement, values) => statement.get(...values)),
    all,
    update: (assignments, conditions) => run(updateOf(assignments, conditions)) > 0,
    updated(assignments, conditions) {
      const { sql, values } = updateOf(assignments, conditions);
      // Not `get`: it stops at the first row, and a failure to commit, which comes after, would go unnoticed.
      return all({ sql: `${sql} RETURNING *`, values })[0];
    },
  };
}

function updateOf(assignments: readonly Fragment[], conditions: readonly Fragment[]): Fragment {
  const sets = assignments.map(({ sql }) => sql).join(', ');
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const values = [...assignments, ...conditions].flatMap((piece) => piece.values);
  return { sql: `UPDATE tasks SET ${sets} WHERE ${where}`, values };
}
