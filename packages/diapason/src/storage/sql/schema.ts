import { type CreateTableBuilder, sql } from 'kysely'
import { StorageError } from '../../errors.ts'
import type { SqlDialect } from './dialect.ts'
import type { Session } from './driver.ts'
import { statement } from './statement.ts'

/** The revision of Optuna's schema that is read and written here. */
export const SCHEMA_REVISION = 'v3.2.0.a'

/** Revisions that Optuna itself can upgrade from, oldest first. */
const OLDER_REVISIONS: readonly string[] = [
  'v0.9.0.a',
  'v1.2.0.a',
  'v1.3.0.a',
  'v2.4.0.a',
  'v2.6.0.a',
  'v3.0.0.a',
  'v3.0.0.b',
  'v3.0.0.c',
  'v3.0.0.d',
]

/** Creates Optuna's tables, its indexes, its version rows, and what Diapason adds. */
export async function createSchema(session: Session, dialect: SqlDialect): Promise<void> {
  for (const definition of dialect.typeDefinitions) await session.exec(definition)
  for (const table of [...studyTables(dialect), ...trialTables(dialect), ...versionTables(dialect)]) {
    await session.exec(table.compile().sql)
  }
  const { schema } = dialect.builder
  const names = schema.createIndex('ix_studies_study_name').unique().on('studies').column('study_name')
  const trials = schema.createIndex('ix_trials_study_id').on('trials').column('study_id')
  for (const index of [names, trials]) await session.exec(index.compile().sql)
  await session.run(
    statement(() =>
      dialect.builder
        .insertInto('version_info')
        .values({ version_info_id: 1, schema_version: 12, library_version: '5.0.0' }),
    ),
    {},
  )
  await session.run(
    statement(() => dialect.builder.insertInto('alembic_version').values({ version_num: SCHEMA_REVISION })),
    {},
  )
  await addIndexes(session, dialect)
}

const UNFINISHED = 'ix_diapason_unfinished_trials'
const NUMBERS = 'ix_diapason_trial_numbers'
/** What {@link addIndexes} adds. */
export const OWN_INDEXES: readonly string[] = [UNFINISHED, NUMBERS]

/**
 * Adds an index that finds waiting and running trials without a look at the finished ones, and one that finds the newest
 * of a study; Optuna takes no notice of them. The condition is spelt as statements spell theirs, so that the database sees
 * that it applies.
 */
export async function addIndexes(session: Session, { builder }: SqlDialect): Promise<void> {
  const index = (name: string) => builder.schema.createIndex(name).ifNotExists().on('trials')
  const isUnfinished = sql<boolean>`state = ${sql.lit('WAITING')} or state = ${sql.lit('RUNNING')}`
  const unfinished = index(UNFINISHED).columns(['study_id', 'state', 'number']).where(isUnfinished)
  const numbers = index(NUMBERS).columns(['study_id', 'number'])
  for (const one of [unfinished, numbers]) await session.exec(one.compile().sql)
}

/** @throws {StorageError} where the tables are not of the revision that is understood here */
export function checkRevision(revision: string | undefined, url: string): void {
  if (revision === SCHEMA_REVISION) return
  if (revision === undefined || OLDER_REVISIONS.includes(revision)) {
    throw new StorageError(
      `${url} was written by an older Optuna (schema ${revision ?? 'without a revision'}, needed is ${SCHEMA_REVISION})`,
      `Upgrade it with Python's Optuna 5: optuna storage upgrade --storage ${url.replace(/^sqlite:/, 'sqlite:///')}`,
    )
  }
  throw new StorageError(
    `${url} was written by a newer Optuna or Diapason (schema ${revision}, known is ${SCHEMA_REVISION})`,
    'Upgrade diapason, or use another database',
  )
}

type TableBuilder = CreateTableBuilder<string, string>

function studyTables(dialect: SqlDialect): TableBuilder[] {
  const { types } = dialect
  const studies = keyed(dialect, 'studies', 'study_id').addColumn('study_name', 'varchar(512)', (c) => c.notNull())
  const directions = keyed(dialect, 'study_directions', 'study_direction_id')
    .addColumn('direction', types.direction, (c) => c.notNull())
    .addColumn('study_id', 'integer', (c) => c.notNull())
    .addColumn('objective', 'integer', (c) => c.notNull())
    .addUniqueConstraint('study_directions_study_id_objective_key', ['study_id', 'objective'])
  return [
    studies,
    belongsTo('studies', 'study_id', directions),
    attributeTable(dialect, 'study', 'user'),
    attributeTable(dialect, 'study', 'system'),
  ]
}

function trialTables(dialect: SqlDialect): TableBuilder[] {
  const { types } = dialect
  const trials = keyed(dialect, 'trials', 'trial_id')
    .addColumn('number', 'integer')
    .addColumn('study_id', 'integer')
    .addColumn('state', types.state, (c) => c.notNull())
    .addColumn('datetime_start', types.time)
    .addColumn('datetime_complete', types.time)
  const params = keyed(dialect, 'trial_params', 'param_id')
    .addColumn('trial_id', 'integer')
    .addColumn('param_name', 'varchar(512)')
    .addColumn('param_value', types.double)
    .addColumn('distribution_json', 'text')
    .addUniqueConstraint('trial_params_trial_id_param_name_key', ['trial_id', 'param_name'])
  const values = keyed(dialect, 'trial_values', 'trial_value_id')
    .addColumn('trial_id', 'integer', (c) => c.notNull())
    .addColumn('objective', 'integer', (c) => c.notNull())
    .addColumn('value', types.double)
    .addColumn('value_type', types.valueType, (c) => c.notNull())
    .addUniqueConstraint('trial_values_trial_id_objective_key', ['trial_id', 'objective'])
  const heartbeats = keyed(dialect, 'trial_heartbeats', 'trial_heartbeat_id')
    .addColumn('trial_id', 'integer', (c) => c.notNull())
    .addColumn('heartbeat', types.time, (c) => c.notNull())
    .addUniqueConstraint('trial_heartbeats_trial_id_key', ['trial_id'])
  return [
    belongsTo('studies', 'study_id', trials),
    attributeTable(dialect, 'trial', 'user'),
    attributeTable(dialect, 'trial', 'system'),
    ...[params, values, reportTable(dialect), heartbeats].map((table) => belongsTo('trials', 'trial_id', table)),
  ]
}

function reportTable(dialect: SqlDialect): TableBuilder {
  return keyed(dialect, 'trial_intermediate_values', 'trial_intermediate_value_id')
    .addColumn('trial_id', 'integer', (c) => c.notNull())
    .addColumn('step', dialect.types.step, (c) => c.notNull())
    .addColumn('intermediate_value', dialect.types.double)
    .addColumn('intermediate_value_type', dialect.types.reportType, (c) => c.notNull())
    .addUniqueConstraint('trial_intermediate_values_trial_id_step_key', ['trial_id', 'step'])
}

function attributeTable(dialect: SqlDialect, owner: 'study' | 'trial', kind: 'user' | 'system'): TableBuilder {
  const name = `${owner}_${kind}_attributes`
  const table = keyed(dialect, name, `${owner}_${kind}_attribute_id`)
    .addColumn(`${owner}_id`, 'integer')
    .addColumn('key', 'varchar(512)')
    .addColumn('value_json', 'text')
    .addUniqueConstraint(`${name}_${owner}_id_key_key`, [`${owner}_id`, 'key'])
  return belongsTo(owner === 'study' ? 'studies' : 'trials', `${owner}_id`, table)
}

function versionTables({ builder }: SqlDialect): TableBuilder[] {
  const info = builder.schema
    .createTable('version_info')
    .addColumn('version_info_id', 'integer', (c) => c.notNull().primaryKey())
    .addColumn('schema_version', 'integer')
    .addColumn('library_version', 'varchar(256)')
    .addCheckConstraint('version_info_version_info_id_check', sql`version_info_id = 1`)
  const alembic = builder.schema
    .createTable('alembic_version')
    .addColumn('version_num', 'varchar(32)', (c) => c.notNull())
    .addPrimaryKeyConstraint('alembic_version_pkc', ['version_num'])
  return [info, alembic]
}

function keyed({ builder, types }: SqlDialect, table: string, key: string): TableBuilder {
  return builder.schema.createTable(table).addColumn(key, types.key, (c) => c.notNull().primaryKey())
}

function belongsTo(owner: 'studies' | 'trials', column: string, table: TableBuilder): TableBuilder {
  return table.addForeignKeyConstraint(`${column}_fkey`, [column], owner, [
    owner === 'studies' ? 'study_id' : 'trial_id',
  ])
}
