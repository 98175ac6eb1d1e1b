import type { Call } from '../frames/call.js';
import { isKnown } from '../words/marks.js';
import type { EffectName, Scope } from './effect.js';

const clients =
  /^(?:psql|mysql|mariadb|mysqlsh|sqlite3|sqlcmd|isql|cqlsh|clickhouse-client|clickhouse|mongosh|mongo|pgcli|mycli|usql|duckdb|sqlplus|cockroach|bq|snowsql|trino|presto|hive|beeline|impala-shell|spark-sql|influx|db2|litecli|turso|osqueryi|vsql|redis-cli|valkey-cli|cypher-shell|surreal|neo4j-admin|arangosh|pgsql|fbsql|tsql)$/u;

/** A line protocol spoken by hand. */
const wires = /^(?:nc|ncat|netcat|telnet|socat|openssl)$/u;

// In an embedded database one file is at stake, and it is most often the developer's own.
const embedded = /^(?:sqlite3|duckdb|litecli|turso|osqueryi)$/u;

/** Statements that drop or empty, most severe first. Text in quotes does not count. */
const statements: readonly (readonly [RegExp, EffectName, Scope])[] = [
  [
    /\b(?:drop|truncate)\s+(?:database|schema|keyspace|table|tablespace|user|role|collection|index|view|materialized|column|type|owned|measurement|series|warehouse|bucket|all)\b/iu,
    'drop-data',
    'all',
  ],
  [/\btruncate\s+(?:only\s+)?["'`\w]/iu, 'drop-data', 'all'],
  [/\balter\s+table\s+\S+\s+drop\b/iu, 'drop-data', 'all'],
  [/\bdrop\s+(?!if\b)\w+/iu, 'change-data', 'one'],
  [/\bdelete\s+from\s+[^\s;]+\s*(?:;|$)/imu, 'drop-data', 'all'],
  [/\bdelete\s+from\s+\S+\s+where\s+(?:1\s*=\s*1|true)\b/iu, 'drop-data', 'all'],
  [
    /\b(?:dropDatabase|dropAllUsers|dropAllRoles)\s*\(|\.drop\s*\(\s*\)|\.(?:deleteMany|remove)\s*\(\s*(?:\{\s*\})?\s*\)|getCollectionNames\(\).{0,200}drop/u,
    'drop-data',
    'all',
  ],
  [/\bmatch\s*\([^)]{0,500}\)\s*(?:detach\s+)?delete\b/iu, 'drop-data', 'all'],
  [/\b(?:delete\s+from|update|deleteOne|deleteMany|remove\s*\(|updateMany)\b/iu, 'change-data', 'one'],
  [
    /\b(?:grant\s+all|alter\s+(?:user|role|system)|create\s+user\s+\S+\s+.*superuser|pg_terminate_backend|shutdown)\b/iu,
    'change-data',
    'one',
  ],
  [/\b(?:to|from)\s+program\b|\binto\s+(?:out|dump)file\b/iu, 'change-data', 'one'],
];

export interface StatementEffect {
  readonly effect: EffectName;
  readonly scope: Scope;
  readonly text: string;
}

/** What the statements given to a database client would do: in its options, its operands and its input. */
export function statementEffect(call: Call): StatementEffect | undefined {
  if (wires.test(call.program) && /^\s*(?:flushall|flushdb|flush_all)\b/imu.test(call.input ?? ''))
    return { effect: 'drop-data', scope: 'all', text: (call.input ?? '').slice(0, 80) };
  if (!clients.test(call.program)) return undefined;
  const given = call.args.map((arg) => arg.text.replace(/^(?:--\w[\w-]*=|-[ceqQ](?=\S*\s))/u, ''));
  // Only what is read line by line can be a bare word (`echo FLUSHALL | redis-cli`).
  if (/^\s*(?:flushall|flushdb|shutdown)\b/imu.test(call.input ?? ''))
    return { effect: 'drop-data', scope: 'all', text: (call.input ?? '').slice(0, 80) };
  if (/^(?:redis|valkey|keydb)-cli$/u.test(call.program)) return undefined; // its words are in a table
  const text = [...given, call.input ?? ''].filter((one) => isKnown(one) || /[a-z]{4}/iu.test(one));
  for (const one of text) {
    // What an SQL string or comment says is data; the statement is what is left.
    const bare = one.replaceAll(/'(?:[^']|'')*'/gu, "''").replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//gu, ' ');
    // Without a condition it is every row.
    const whole = bare
      .split(';')
      .some((each) => /\bupdate\s+\S+\s+set\b/iu.test(each) && !/\bwhere\b/iu.test(each));
    if (whole)
      return {
        effect: 'drop-data',
        scope: embedded.test(call.program) ? 'one' : 'all',
        text: one.slice(0, 80),
      };
    for (const [test, effect, scope] of statements) {
      if (!test.test(bare)) continue;
      return { effect, scope: embedded.test(call.program) ? 'one' : scope, text: one.slice(0, 80) };
    }
  }
  return undefined;
}
