import { sql } from 'kysely'
import type { SqlDialect } from './dialect.ts'
import { listStatement, statement } from './statement.ts'
import type { StoredNumberType, StoredState } from './tables.ts'

type StudyId = { readonly studyId: number }
type TrialId = { readonly trialId: number }
type Id = { readonly id: number }
type Attribute = TrialId & { readonly key: string; readonly json: string }

/** Statements about trials, compiled for one database. */
export type TrialStatements = ReturnType<typeof trialStatements>

export function trialStatements(dialect: SqlDialect) {
  return { ...reading(dialect), ...creating(dialect), ...changing(dialect), ...heartbeats(dialect) }
}

function reading({ builder: db }: SqlDialect) {
  const heads = db
    .selectFrom('trials')
    .select(['trial_id', 'number', 'state', 'datetime_start', 'datetime_complete'])
    .orderBy('number')
  return {
    headsAfter: statement((arg: StudyId & { readonly lastNumber: number }) =>
      heads.where('study_id', '=', arg.studyId).where('number', '>', arg.lastNumber),
    ),
    headsPage: statement((arg: StudyId & { readonly lastNumber: number; readonly limit: number }) =>
      heads.where('study_id', '=', arg.studyId).where('number', '>', arg.lastNumber).limit(arg.limit),
    ),
    heads: listStatement((ids: readonly Id[]) => heads.where('trial_id', 'in', idsOf(ids))),
    params: listStatement((ids: readonly Id[]) =>
      db
        .selectFrom('trial_params')
        .select(['trial_id', 'param_name', 'param_value', 'distribution_json'])
        .where('trial_id', 'in', idsOf(ids))
        .orderBy('param_id'),
    ),
    values: listStatement((ids: readonly Id[]) =>
      db
        .selectFrom('trial_values')
        .select(['trial_id', 'value', 'value_type'])
        .where('trial_id', 'in', idsOf(ids))
        .orderBy('trial_id')
        .orderBy('objective'),
    ),
    reports: listStatement((ids: readonly Id[]) =>
      db
        .selectFrom('trial_intermediate_values')
        .select(['trial_id', 'step', 'intermediate_value', 'intermediate_value_type'])
        .where('trial_id', 'in', idsOf(ids))
        .orderBy('trial_id')
        .orderBy('step'),
    ),
    userAttrs: listStatement((ids: readonly Id[]) =>
      db
        .selectFrom('trial_user_attributes')
        .select(['trial_id as id', 'key', 'value_json'])
        .where('trial_id', 'in', idsOf(ids))
        .orderBy('trial_user_attribute_id'),
    ),
    systemAttrs: listStatement((ids: readonly Id[]) =>
      db
        .selectFrom('trial_system_attributes')
        .select(['trial_id as id', 'key', 'value_json'])
        .where('trial_id', 'in', idsOf(ids))
        .orderBy('trial_system_attribute_id'),
    ),
    firstDistribution: statement((arg: StudyId & { readonly name: string }) =>
      db
        .selectFrom('trials')
        .innerJoin('trial_params', 'trial_params.trial_id', 'trials.trial_id')
        .select('distribution_json')
        .where('trials.study_id', '=', arg.studyId)
        .where('param_name', '=', arg.name)
        .orderBy('trials.trial_id')
        .limit(sql.lit(1)),
    ),
    nextWaiting: statement((arg: StudyId) =>
      db
        .selectFrom('trials')
        .select('trial_id')
        .where('study_id', '=', arg.studyId)
        .where('state', '=', sql.lit('WAITING'))
        .orderBy('number')
        .limit(sql.lit(1)),
    ),
  }
}

function creating({ builder: db }: SqlDialect) {
  return {
    lastNumber: statement((arg: StudyId) =>
      db
        .selectFrom('trials')
        .select('number')
        .where('study_id', '=', arg.studyId)
        // By trial_id PostgreSQL would walk back over the trials of other studies.
        .orderBy('number', 'desc')
        .limit(sql.lit(1)),
    ),
    insert: statement(
      (
        arg: StudyId & {
          readonly number: number
          readonly state: StoredState
          readonly started: string | null
          readonly completed: string | null
        },
      ) =>
        db
          .insertInto('trials')
          .values({
            study_id: arg.studyId,
            number: arg.number,
            state: arg.state,
            datetime_start: arg.started,
            datetime_complete: arg.completed,
          })
          .returning('trial_id'),
    ),
    insertParams: listStatement(
      (rows: readonly (TrialId & { readonly name: string; readonly value: number; readonly json: string })[]) =>
        db
          .insertInto('trial_params')
          .values(
            rows.map((row) => ({
              trial_id: row.trialId,
              param_name: row.name,
              param_value: row.value,
              distribution_json: row.json,
            })),
          )
          .onConflict((on) => on.columns(['trial_id', 'param_name']).doNothing()),
    ),
    insertValues: listStatement(
      (
        rows: readonly (TrialId & {
          readonly objective: number
          readonly value: number | null
          readonly type: StoredNumberType
        })[],
      ) =>
        db.insertInto('trial_values').values(
          rows.map((row) => ({
            trial_id: row.trialId,
            objective: row.objective,
            value: row.value,
            value_type: row.type,
          })),
        ),
    ),
    insertReports: listStatement(
      (
        rows: readonly (TrialId & {
          readonly step: number
          readonly value: number | null
          readonly type: StoredNumberType
        })[],
      ) =>
        db
          .insertInto('trial_intermediate_values')
          .values(
            rows.map((row) => ({
              trial_id: row.trialId,
              step: row.step,
              intermediate_value: row.value,
              intermediate_value_type: row.type,
            })),
          )
          .onConflict((on) => on.columns(['trial_id', 'step']).doNothing()),
    ),
  }
}

function changing({ builder: db, locksRows }: SqlDialect) {
  return {
    state: statement((arg: TrialId) =>
      db
        .selectFrom('trials')
        .select(['study_id', 'state'])
        .where('trial_id', '=', arg.trialId)
        .$if(locksRows, (query) => query.forUpdate()),
    ),
    finish: statement((arg: TrialId & { readonly state: StoredState; readonly completed: string }) =>
      db
        .updateTable('trials')
        .set({ state: arg.state, datetime_complete: arg.completed })
        .where('trial_id', '=', arg.trialId)
        .where((eb) => eb.or([eb('state', '=', sql.lit('WAITING')), eb('state', '=', sql.lit('RUNNING'))])),
    ),
    /** One statement, so that no two workers can be given the same trial. */
    claim: statement((arg: StudyId & { readonly started: string }) =>
      db
        .updateTable('trials')
        .set({ state: sql.lit('RUNNING'), datetime_start: arg.started })
        .where('state', '=', sql.lit('WAITING'))
        .where('trial_id', '=', (eb) =>
          eb
            .selectFrom('trials as queued')
            .select('queued.trial_id')
            .where('queued.study_id', '=', arg.studyId)
            .where('queued.state', '=', sql.lit('WAITING'))
            .orderBy('queued.number')
            .limit(sql.lit(1))
            .$if(locksRows, (query) => query.forUpdate().skipLocked()),
        )
        .returning('trial_id'),
    ),
    setUserAttrs: listStatement((rows: readonly Attribute[]) =>
      db
        .insertInto('trial_user_attributes')
        .values(rows.map((row) => ({ trial_id: row.trialId, key: row.key, value_json: row.json })))
        .onConflict((on) =>
          on.columns(['trial_id', 'key']).doUpdateSet((eb) => ({ value_json: eb.ref('excluded.value_json') })),
        ),
    ),
    setSystemAttrs: listStatement((rows: readonly Attribute[]) =>
      db
        .insertInto('trial_system_attributes')
        .values(rows.map((row) => ({ trial_id: row.trialId, key: row.key, value_json: row.json })))
        .onConflict((on) =>
          on.columns(['trial_id', 'key']).doUpdateSet((eb) => ({ value_json: eb.ref('excluded.value_json') })),
        ),
    ),
  }
}

function heartbeats({ builder: db, now, ageMs }: SqlDialect) {
  return {
    heartbeat: statement((arg: TrialId) =>
      db
        .insertInto('trial_heartbeats')
        .values({ trial_id: arg.trialId, heartbeat: now })
        .onConflict((on) => on.column('trial_id').doUpdateSet({ heartbeat: now })),
    ),
    stale: statement((arg: StudyId & { readonly graceMs: number }) =>
      db
        .selectFrom('trials')
        .innerJoin('trial_heartbeats', 'trial_heartbeats.trial_id', 'trials.trial_id')
        .select('trials.trial_id')
        .where('study_id', '=', arg.studyId)
        .where('state', '=', sql.lit('RUNNING'))
        .where(ageMs('heartbeat'), '>', arg.graceMs)
        .orderBy('number'),
    ),
  }
}

function idsOf(ids: readonly Id[]): number[] {
  return ids.map((row) => row.id)
}
