import { randomBytes } from 'node:crypto'
import { LaunchError, messageOf } from '../errors.ts'
import { counted } from '../text/numbers.ts'
import { shellLine, shellWord } from '../text/shell-word.ts'
import { askHttp } from './ask-http.ts'
import { type Fleet, JOB_PREFIX, type LaunchedWorker, type Launcher } from './launcher.ts'
import { masked } from './secrets.ts'

const REMEDY = 'Name the dashboard of the head node: --address http://head:8265, or RAY_API_SERVER_ADDRESS'
const TIMEOUT_MS = 30_000

/** What `rayLauncher` is told. */
export interface RayOptions {
  /** Where the head node's dashboard listens: `http://head:8265`. */
  readonly address: string
  /** Of a cluster that asks for one (`RAY_AUTH_TOKEN`). */
  readonly token?: string | undefined
}

/** A job as Ray's Jobs API tells it; what is not used here is left out. */
interface RayJob {
  readonly submission_id: string | null
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED'
  readonly message: string | null
  /** Of the agent on its node. */
  readonly driver_agent_http_address?: string | null
  readonly metadata?: { readonly [key: string]: string } | null
}

/**
 * One Ray job a worker, through the Jobs API. Ray never starts a job again, and fails one that found no place within 15 minutes:
 * start as many as fit.
 */
export function rayLauncher({ address, token }: RayOptions): Launcher {
  const ask = (method: string, route: string, body?: object) => request(address, token, method, route, body)
  const jobs = async (fleet?: string) => {
    const all = (await ask('GET', 'api/jobs/')) as readonly RayJob[]
    return all.filter(({ metadata }) => metadata?.fleet !== undefined && (fleet ?? metadata.fleet) === metadata.fleet)
  }
  return {
    plan: (fleet) => JSON.stringify(submission(fleet, '1', masked(fleet.secrets)), null, 2),
    async start(fleet) {
      const batch = randomBytes(3).toString('hex')
      for (let i = 1; i <= fleet.workers; i++) {
        await ask('POST', 'api/jobs/', submission(fleet, `${batch}-${i}`, fleet.secrets))
      }
      return `${counted(fleet.workers, 'Ray job')}, ${JOB_PREFIX}${fleet.name}-${batch}-1 and so on`
    },
    async list(fleet) {
      return (await jobs(fleet)).map(toWorker).sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
    },
    async stop(fleet) {
      const living = (await jobs(fleet)).filter(({ status }) => status === 'PENDING' || status === 'RUNNING')
      for (const { submission_id: id } of living) await ask('POST', `api/jobs/${id}/stop`)
      return living.length
    },
  }
}

function submission(fleet: Fleet, id: string, secrets: Fleet['secrets']): object {
  const { name, command, directory, resources } = fleet
  const { cpus = 1, gpus, memoryMb, timeMs } = resources
  // Ray ends no job by the clock.
  const limited = timeMs === undefined ? command : ['timeout', '-k', '30', String(Math.ceil(timeMs / 1000)), ...command]
  return {
    entrypoint: `${directory === undefined ? '' : `cd ${shellWord(directory)} && `}exec ${shellLine(limited)}`,
    submission_id: `${JOB_PREFIX}${name}-${id}`,
    // Without any a job runs on the head node and takes no place.
    entrypoint_num_cpus: cpus,
    ...(gpus !== undefined && { entrypoint_num_gpus: gpus }),
    ...(memoryMb !== undefined && { entrypoint_memory: memoryMb * 2 ** 20 }),
    // From SIGTERM to SIGKILL Ray gives three seconds: less than a training that saves what it has may need.
    runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: '30', ...secrets } },
    metadata: { fleet: name },
  }
}

const STATES: { readonly [S in RayJob['status']]: LaunchedWorker['state'] } = {
  PENDING: 'waiting',
  RUNNING: 'running',
  STOPPED: 'done',
  SUCCEEDED: 'done',
  FAILED: 'failed',
}

function toWorker({
  submission_id: id,
  status,
  message,
  driver_agent_http_address: agent,
  metadata,
}: RayJob): LaunchedWorker {
  const reason = status === 'FAILED' || status === 'PENDING' ? message?.split('\n')[0] : undefined
  const where = reason ?? URL.parse(agent ?? '')?.hostname ?? ''
  return { fleet: metadata?.fleet ?? '', id: id ?? '', state: STATES[status], where }
}

/** @throws {LaunchError} where nobody answers, or with what the answer says is wrong */
async function request(
  address: string,
  token: string | undefined,
  method: string,
  route: string,
  body?: object,
): Promise<unknown> {
  const url = URL.parse(route, address.endsWith('/') ? address : `${address}/`)
  if (url === null) throw new LaunchError(`"${address}" is no address of a Ray cluster`, REMEDY)
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }),
  }
  const sent = body === undefined ? undefined : JSON.stringify(body)
  const answer = await askHttp(url, method, headers, sent, TIMEOUT_MS).catch((cause: unknown) => {
    throw new LaunchError(`Ray does not answer at ${url.origin}: ${messageOf(cause)}`, REMEDY, { cause })
  })
  if (answer.status === 200) return JSON.parse(answer.text)
  const denied = answer.status === 401 || answer.status === 403
  const said = answer.text.trim().split('\n').at(-1)?.slice(0, 300).replace(/\.$/, '')
  throw new LaunchError(
    `Ray at ${url.origin} answered ${answer.status}: ${said}`,
    denied ? "Put the cluster's token into RAY_AUTH_TOKEN" : REMEDY,
  )
}
