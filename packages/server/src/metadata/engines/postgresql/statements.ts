/**
 * All SQL of the engine: one table of ordered bytes. `bytea` sorts by unsigned bytes. Keys and values go in as binary arrays,
 * so that a statement stays the same for any number of rows.
 */
export interface Statement {
  /** Under which the server prepares it. */
  readonly name: string
  readonly text: string
}

/** Only its owner changes the table: `version` is raised in the transaction that changes it. */
export const TABLES = [
  'create table if not exists holdfast_format (id smallint primary key check (id = 1), version integer not null)',
  `create table if not exists holdfast_rows (
     key bytea primary key,
     stamp bigint not null,
     value bytea not null
   ) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01)`,
  // Values are sealed or short: trying to compress them is wasted.
  'alter table holdfast_rows alter column value set storage external',
] as const

/** The place in the array of keys, from 1, of each that is there. */
export const READ_MANY: Statement = {
  name: 'read_many',
  text: `select wanted.place, found.stamp, found.value
    from unnest($1::bytea[]) with ordinality as wanted (key, place)
    join holdfast_rows as found on found.key = wanted.key`,
}

export const READ_STAMPS: Statement = {
  name: 'read_stamps',
  text: `select wanted.place, found.stamp
    from unnest($1::bytea[]) with ordinality as wanted (key, place)
    join holdfast_rows as found on found.key = wanted.key`,
}

export const SCAN_UP: Statement = {
  name: 'scan_up',
  text: `select stamp, value, key from holdfast_rows where key >= $1 and key < $2 order by key limit $3`,
}

export const SCAN_DOWN: Statement = {
  name: 'scan_down',
  text: `select stamp, value, key from holdfast_rows where key >= $1 and key < $2 order by key desc limit $3`,
}

/**
 * A scan as one row, which costs the client half of what many do: stamps and lengths as text, and all keys and values as one text. The
 * latter is null where that is more than $4 bytes.
 */
export const SCAN_TOGETHER: Statement = {
  name: 'scan_together',
  text: `select string_agg(stamp || ' ' || length(key) || ' ' || length(value), ' '),
      case when sum(length(key) + length(value)) <= $4
        then encode(string_agg(key || value, '\\x'::bytea), 'base64') end
    from (select key, stamp, value from holdfast_rows where key >= $1 and key < $2 order by key limit $3) as found`,
}

export const SCAN_KEYS: Statement = {
  name: 'scan_keys',
  text: `select 0, '\\x'::bytea, key from holdfast_rows where key >= $1 and key < $2 order by key limit $3`,
}

/** Where the mark $5 begins in a key, from 1, if it does so past the first $4 bytes and before the zero that comes next; else 0. */
function markIn(key: string): string {
  const rest = `substring(${key} from $4::int + 1)`
  const [mark, zero] = ['$5::bytea', "'\\x00'::bytea"].map((what) => `position(${what} in ${rest})`)
  return `case when ${mark} > 0 and (${zero} = 0 or ${mark} < ${zero}) then $4::int + ${mark} else 0 end`
}

/**
 * The first key from $1 on and before $2, and of each the first one past its group, or past the key itself where it is in none: $3 of them.
 * $6 is the first that comes after all that begins with the mark.
 */
export const SCAN_GROUPS: Statement = {
  name: 'scan_groups',
  text: `with recursive step (key, mark_at) as (
      (select key, ${markIn('key')} from holdfast_rows where key >= $1 and key < $2 order by key limit 1)
      union all
      (select next.key, ${markIn('next.key')}
        from step, lateral (
          select key from holdfast_rows
          where key < $2 and key >= case step.mark_at
            when 0 then step.key || '\\x00'::bytea
            else substring(step.key from 1 for step.mark_at - 1) || $6::bytea end
          order by key limit 1
        ) as next)
    )
    select case step.mark_at when 0 then found.stamp else 0 end,
      case step.mark_at when 0 then found.value else '\\x'::bytea end,
      step.key
    from (select key, mark_at from step limit $3) as step
    join holdfast_rows as found on found.key = step.key
    order by step.key`,
}

/**
 * Each number is twice the id of a lock, plus one where it is for writing. Locks are taken in the order given. Also answers the server's time
 * once it has them.
 */
export const LOCK: Statement = {
  name: 'lock',
  text: `select count(case when wanted.id & 1 = 1
      then pg_advisory_xact_lock(wanted.id >> 1)::text
      else pg_advisory_xact_lock_shared(wanted.id >> 1)::text end),
      extract(epoch from clock_timestamp()) * 1000
    from unnest($1::bigint[]) as wanted (id)`,
}

export const PUT: Statement = {
  name: 'put',
  text: `insert into holdfast_rows (key, stamp, value)
    select * from unnest($1::bytea[], $2::bigint[], $3::bytea[])
    on conflict (key) do update set stamp = excluded.stamp, value = excluded.value`,
}

export const REMOVE: Statement = {
  name: 'remove',
  text: 'delete from holdfast_rows where key = any($1::bytea[])',
}

export const BEGIN: Statement = { name: 'begin', text: 'begin isolation level read committed' }
export const BEGIN_SNAPSHOT: Statement = {
  name: 'begin_snapshot',
  text: 'begin isolation level repeatable read read only',
}
export const COMMIT: Statement = { name: 'commit', text: 'commit' }
export const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' }

export const NOW: Statement = { name: 'now', text: 'select extract(epoch from clock_timestamp()) * 1000' }

export const DATABASE_ID: Statement = {
  name: 'database_id',
  text: `select system_identifier || '.' || (select oid from pg_database where datname = current_database())
    from pg_control_system()`,
}
/** The first eight digits of the name of a file of the log are its timeline. A standby has no place to write at. */
export const SERVER_STATE: Statement = {
  name: 'server_state',
  text: `select pg_is_in_recovery(), case when pg_is_in_recovery() then 0
    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint end`,
}
