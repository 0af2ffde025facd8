import type { SqlDialect } from './dialect.ts'
import { listStatement, statement } from './statement.ts'
import type { StoredDirection } from './tables.ts'

type StudyId = { readonly studyId: number }
type Nothing = Record<never, never>

/** Statements about studies, compiled for one database. */
export type StudyStatements = ReturnType<typeof studyStatements>

export function studyStatements({ builder: db, locksRows }: SqlDialect) {
  return {
    find: statement((arg: { readonly name: string }) =>
      db.selectFrom('studies').select('study_id').where('study_name', '=', arg.name),
    ),
    /** Makes writers to one study wait for each other where they run side by side. */
    lock: statement((arg: StudyId) =>
      db
        .selectFrom('studies')
        .select(['study_id', 'study_name'])
        .where('study_id', '=', arg.studyId)
        .$if(locksRows, (query) => query.forUpdate()),
    ),
    exists: statement((arg: StudyId) =>
      db.selectFrom('studies').select('study_id').where('study_id', '=', arg.studyId),
    ),
    list: statement((_: Nothing) => db.selectFrom('studies').select(['study_id', 'study_name']).orderBy('study_id')),
    directions: statement((_: Nothing) =>
      db.selectFrom('study_directions').select(['study_id', 'direction']).orderBy('study_id').orderBy('objective'),
    ),
    directionsOf: statement((arg: StudyId) =>
      db.selectFrom('study_directions').select('direction').where('study_id', '=', arg.studyId).orderBy('objective'),
    ),
    userAttrsOf: statement((arg: StudyId) =>
      db
        .selectFrom('study_user_attributes')
        .select(['study_id as id', 'key', 'value_json'])
        .where('study_id', '=', arg.studyId)
        .orderBy('study_user_attribute_id'),
    ),
    systemAttrsOf: statement((arg: StudyId) =>
      db
        .selectFrom('study_system_attributes')
        .select(['study_id as id', 'key', 'value_json'])
        .where('study_id', '=', arg.studyId)
        .orderBy('study_system_attribute_id'),
    ),
    counts: statement((_: Nothing) =>
      db
        .selectFrom('trials')
        .select(['study_id', 'state', db.fn.countAll<number>().as('count'), db.fn.min('datetime_start').as('started')])
        .groupBy(['study_id', 'state']),
    ),
    insert: statement((arg: { readonly name: string }) =>
      db.insertInto('studies').values({ study_name: arg.name }).returning('study_id'),
    ),
    insertDirections: listStatement(
      (rows: readonly (StudyId & { readonly direction: StoredDirection; readonly objective: number })[]) =>
        db
          .insertInto('study_directions')
          .values(rows.map((row) => ({ study_id: row.studyId, direction: row.direction, objective: row.objective }))),
    ),
    setUserAttr: statement((arg: StudyId & { readonly key: string; readonly json: string }) =>
      db
        .insertInto('study_user_attributes')
        .values({ study_id: arg.studyId, key: arg.key, value_json: arg.json })
        .onConflict((on) =>
          on.columns(['study_id', 'key']).doUpdateSet((eb) => ({ value_json: eb.ref('excluded.value_json') })),
        ),
    ),
    setSystemAttr: statement((arg: StudyId & { readonly key: string; readonly json: string }) =>
      db
        .insertInto('study_system_attributes')
        .values({ study_id: arg.studyId, key: arg.key, value_json: arg.json })
        .onConflict((on) =>
          on.columns(['study_id', 'key']).doUpdateSet((eb) => ({ value_json: eb.ref('excluded.value_json') })),
        ),
    ),
    /** In this order: Optuna's schema has no cascades. */
    deletions: [...childDeletions(db), ...ownDeletions(db)],
  }
}

const TRIAL_CHILDREN = [
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_heartbeats',
] as const

function childDeletions(db: SqlDialect['builder']) {
  return TRIAL_CHILDREN.map((table) =>
    statement((arg: StudyId) =>
      db
        .deleteFrom(table)
        .where('trial_id', 'in', db.selectFrom('trials').select('trials.trial_id').where('study_id', '=', arg.studyId)),
    ),
  )
}

function ownDeletions(db: SqlDialect['builder']) {
  const tables = ['trials', 'study_directions', 'study_user_attributes', 'study_system_attributes', 'studies'] as const
  return tables.map((table) => statement((arg: StudyId) => db.deleteFrom(table).where('study_id', '=', arg.studyId)))
}
