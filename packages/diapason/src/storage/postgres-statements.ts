import { REASON_KEY } from './sql/records.ts'
import type { Statement } from './sql/statement.ts'
import type { StoredNumberType, StoredState } from './sql/tables.ts'

// What the generic steps do in three to nine statements, in one each: PostgreSQL writes to several tables in one statement,
// and takes lists as arrays, so that every trial uses the same few prepared statements. Lists keep their order by `n`.

type Trial = { readonly trialId: number }
type Study = { readonly studyId: number }
/** Attributes by key, as JSON. */
type Attrs = { readonly keys: readonly string[]; readonly jsons: readonly string[] }

/** Locks what decides over a write until it is done; the trial's end has to wait for it. In order, so that two of them do not wait for each other. */
const OWNERS = `owners as (
    select trial_id from trials where trial_id = any($1::int[]) and state = 'RUNNING' order by trial_id for share
  )`

/** The next number of a study whose row is locked; nothing where the study is full. */
export const createRunning = written<
  Study & Attrs & { readonly started: string; readonly limit: number; readonly heartbeat: boolean },
  { trial_id: number; number: number }
>(
  ['studyId', 'started', 'limit', 'keys', 'jsons', 'heartbeat'],
  `with added as (
    insert into trials (study_id, number, state, datetime_start)
    select $1, last.number + 1, 'RUNNING', $2
    from (select coalesce((select number from trials where study_id = $1 order by number desc limit 1), -1) as number) last
    where last.number + 1 < $3::float8
    returning trial_id, number
  ), attrs as (
    insert into trial_system_attributes (trial_id, key, value_json)
    select trial_id, a.key, a.json from added, unnest($4::text[], $5::text[]) with ordinality as a(key, json, n) order by n
  ), beat as (
    insert into trial_heartbeats (trial_id, heartbeat) select trial_id, clock_timestamp()::timestamp from added where $6
  )
  select trial_id, number from added`,
)

/** A trial that a creation whose answer was lost may have left: by its start, its worker, and not known here. */
export const createdUnheard = written<
  Study & { readonly started: string; readonly worker: string; readonly known: readonly number[] },
  { trial_id: number; number: number }
>(
  ['studyId', 'started', 'worker', 'known'],
  `select trial_id, number
  from (select * from trials where study_id = $1 order by number desc limit 1000) newest
  where datetime_start = $2 and state = 'RUNNING' and trial_id <> all($4::int[]) and exists (
    select 1 from trial_system_attributes a
    where a.trial_id = newest.trial_id and a.key = 'diapason:worker' and a.value_json = $3
  )
  limit 1`,
)

export const addParams = written<
  Trial & {
    /** Of this very trial: after a crash its id may be another's. */
    readonly started: string
  } & { readonly names: readonly string[]; readonly values: readonly number[]; readonly jsons: readonly string[] },
  { trial_id: number }
>(
  ['trialId', 'names', 'values', 'jsons', 'started'],
  `with owner as (
    select trial_id from trials where trial_id = $1 and state = 'RUNNING' and datetime_start = $5 for share
  ), added as (
    insert into trial_params (trial_id, param_name, param_value, distribution_json)
    select trial_id, p.name, p.value, p.json
    from owner, unnest($2::text[], $3::float8[], $4::text[]) with ordinality as p(name, value, json, n) order by n
  )
  select trial_id from owner`,
)

/** Answers with the trials among them that run. */
export const addReports = written<
  {
    readonly trialIds: readonly number[]
    readonly steps: readonly number[]
    readonly values: readonly (number | null)[]
    readonly types: readonly StoredNumberType[]
  },
  { trial_id: number }
>(
  ['trialIds', 'steps', 'values', 'types'],
  `with ${OWNERS}, added as (
    insert into trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
    select trial_id, r.step, r.value, r.type::trialintermediatevaluetype
    from unnest($1::int[], $2::bigint[], $3::float8[], $4::text[]) with ordinality as r(trial_id, step, value, type, n)
      join owners using (trial_id) order by r.n
    on conflict (trial_id, step) do nothing
  )
  select trial_id from owners`,
)

/** Answers with the trials among them that run. */
export const beat = written<{ readonly trialIds: readonly number[] }, { trial_id: number }>(
  ['trialIds'],
  `with ${OWNERS}, beats as (
    insert into trial_heartbeats (trial_id, heartbeat) select trial_id, clock_timestamp()::timestamp from owners
    on conflict (trial_id) do update set heartbeat = excluded.heartbeat
  )
  select trial_id from owners`,
)

export const end = written<
  Trial & {
    readonly state: StoredState
    readonly completed: string
    readonly values: readonly (number | null)[]
    readonly types: readonly StoredNumberType[]
    /** JSON of the reason, or null. */
    readonly reason: string | null
  },
  { trial_id: number }
>(
  ['trialId', 'state', 'completed', 'values', 'types', 'reason'],
  `with ended as (
    update trials set state = $2, datetime_complete = $3
    where trial_id = $1 and (state = 'WAITING' or state = 'RUNNING')
    returning trial_id
  ), added as (
    insert into trial_values (trial_id, objective, value, value_type)
    select trial_id, v.n - 1, v.value, v.type::trialvaluetype
    from ended, unnest($4::float8[], $5::text[]) with ordinality as v(value, type, n) order by n
  ), reasons as (
    insert into trial_system_attributes (trial_id, key, value_json)
    select trial_id, '${REASON_KEY}', $6::text from ended where $6::text is not null
    on conflict (trial_id, key) do update set value_json = excluded.value_json
  )
  select trial_id from ended`,
)

/** A trial with all that belongs to it, lists as JSON; numbers in them that are not finite are strings. */
export interface WholeTrial {
  readonly trial_id: number
  readonly number: number
  readonly state: StoredState
  readonly datetime_start: string | null
  readonly datetime_complete: string | null
  readonly params: readonly (readonly [name: string, value: number | string, distribution: string])[] | null
  readonly values: readonly (readonly [type: StoredNumberType, value: number | string | null])[] | null
  readonly reports: readonly (readonly [step: number, type: StoredNumberType, value: number | string | null])[] | null
  readonly user_attrs: readonly (readonly [key: string, json: string])[] | null
  readonly system_attrs: readonly (readonly [key: string, json: string])[] | null
}

/** Trials by id, and the next `count` of a study after a number. */
export const readWhole = written<
  Study & { readonly lastNumber: number; readonly ids: readonly number[]; readonly count: number },
  WholeTrial
>(
  ['studyId', 'lastNumber', 'ids', 'count'],
  `with heads as (
    select trial_id, number, state, datetime_start, datetime_complete from trials where trial_id = any($3::int[])
    union all
    (select trial_id, number, state, datetime_start, datetime_complete from trials
      where study_id = $1 and number > $2 order by number limit $4)
  )
  select h.*,
    (select json_agg(json_build_array(param_name, param_value, distribution_json) order by param_id)
      from trial_params c where c.trial_id = h.trial_id) as params,
    (select json_agg(json_build_array(value_type, value) order by objective)
      from trial_values c where c.trial_id = h.trial_id) as values,
    (select json_agg(json_build_array(step, intermediate_value_type, intermediate_value) order by step)
      from trial_intermediate_values c where c.trial_id = h.trial_id) as reports,
    (select json_agg(json_build_array(key, value_json) order by trial_user_attribute_id)
      from trial_user_attributes c where c.trial_id = h.trial_id) as user_attrs,
    (select json_agg(json_build_array(key, value_json) order by trial_system_attribute_id)
      from trial_system_attributes c where c.trial_id = h.trial_id) as system_attrs
  from heads h order by h.number`,
)

/** A statement written by hand: `names` are its arguments in the order of its placeholders. */
function written<Args, Row>(names: readonly (keyof Args)[], sql: string): Statement<Args, Row> {
  return { sql, bind: ([args]) => names.map((name) => args?.[name]) }
}
