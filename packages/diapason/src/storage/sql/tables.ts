import type { Generated } from 'kysely'

/** Optuna's tables (schema v3.2.0.a, Optuna 5.0.0), column for column. */
export interface Tables {
  studies: { study_id: Generated<number>; study_name: string }
  study_directions: {
    study_direction_id: Generated<number>
    direction: StoredDirection
    study_id: number
    objective: number
  }
  study_user_attributes: {
    study_user_attribute_id: Generated<number>
    study_id: number
    key: string
    value_json: string
  }
  study_system_attributes: {
    study_system_attribute_id: Generated<number>
    study_id: number
    key: string
    value_json: string
  }
  trials: {
    trial_id: Generated<number>
    number: number
    study_id: number
    state: StoredState
    /** Naive UTC, `YYYY-MM-DD HH:MM:SS.ffffff`. */
    datetime_start: string | null
    datetime_complete: string | null
  }
  trial_user_attributes: {
    trial_user_attribute_id: Generated<number>
    trial_id: number
    key: string
    value_json: string
  }
  trial_system_attributes: {
    trial_system_attribute_id: Generated<number>
    trial_id: number
    key: string
    value_json: string
  }
  trial_params: {
    param_id: Generated<number>
    trial_id: number
    param_name: string
    /** The number itself, or the position among the choices. */
    param_value: number
    distribution_json: string
  }
  trial_values: {
    trial_value_id: Generated<number>
    trial_id: number
    objective: number
    value: number | null
    value_type: StoredNumberType
  }
  trial_intermediate_values: {
    trial_intermediate_value_id: Generated<number>
    trial_id: number
    step: number
    intermediate_value: number | null
    intermediate_value_type: StoredNumberType
  }
  trial_heartbeats: { trial_heartbeat_id: Generated<number>; trial_id: number; heartbeat: string }
  version_info: { version_info_id: number; schema_version: number; library_version: string }
  alembic_version: { version_num: string }
}

export type StoredDirection = 'NOT_SET' | 'MINIMIZE' | 'MAXIMIZE'
export type StoredState = 'RUNNING' | 'COMPLETE' | 'PRUNED' | 'FAIL' | 'WAITING'
/** Databases keep what is not finite as a type, with NULL for the number. NaN is legal in reports alone. */
export type StoredNumberType = 'FINITE' | 'INF_POS' | 'INF_NEG' | 'NAN'
