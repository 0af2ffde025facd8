import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { counted } from '../text/numbers.ts'
import { type Fleet, JOB_PREFIX, type LaunchedWorker, type Launcher } from './launcher.ts'
import { runProgram } from './run-program.ts'
import { masked } from './secrets.ts'

const REMEDY = 'Try kubectl get jobs by hand, and look at --print'
const OWNER = 'app.kubernetes.io/managed-by'
const FLEET = 'diapason/fleet'
/** A worker ends its trainings and gives them back before its pod is killed. */
const GRACE_S = 60

/** What `kubernetesLauncher` is told. */
export interface KubernetesOptions {
  /** Holds Diapason, the study file or the script, and all they need. */
  readonly image: string
  /** The words of kubectl, its context and namespace among them. */
  readonly kubectl: readonly string[]
}

/** An Indexed Job, one pod a worker, through kubectl: credentials and clusters are found as the person's own commands find them. */
export function kubernetesLauncher({ image, kubectl }: KubernetesOptions): Launcher {
  const run = (words: readonly string[], stdin?: string) =>
    runProgram([...kubectl, ...words], REMEDY, stdin === undefined ? {} : { stdin })
  const list = async (fleet?: string) => {
    const selector = `${OWNER}=diapason${fleet === undefined ? '' : `,${FLEET}=${fleet}`}`
    return parsePods(await run(['get', 'pods', `--selector=${selector}`, '--output=json']))
  }
  return {
    list,
    plan: (fleet) =>
      stringify(manifest(fleet, image, fleet.name, masked(fleet.secrets)), { aliasDuplicateObjects: false }),
    async start(fleet) {
      // A second start adds workers to the fleet, and a Job's name is taken once.
      const name = `${fleet.name}-${randomBytes(3).toString('hex')}`
      await run(['create', '--filename=-'], JSON.stringify(manifest(fleet, image, name, fleet.secrets)))
      return `job/${JOB_PREFIX}${name} with ${counted(fleet.workers, 'pod')}`
    },
    async stop(fleet) {
      const living = (await list(fleet)).filter(({ state }) => state === 'waiting' || state === 'running')
      await run(['delete', 'job,secret', `--selector=${FLEET}=${fleet}`, '--ignore-not-found', '--wait=false'])
      return living.length
    },
  }
}

/** A Job, and a Secret before it where there are secrets, as one list. */
export function manifest(fleet: Fleet, image: string, unique: string, secrets: Fleet['secrets']): object {
  const name = `${JOB_PREFIX}${unique}`
  const labels = { [OWNER]: 'diapason', [FLEET]: fleet.name }
  const metadata = { name, labels }
  const hasSecrets = Object.keys(secrets).length > 0
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: secrets }
  const from = hasSecrets ? [{ secretRef: { name } }] : []
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: jobSpec(fleet, image, from, labels) }
  return { apiVersion: 'v1', kind: 'List', items: hasSecrets ? [secret, job] : [job] }
}

function jobSpec(
  { workers, command, directory, resources }: Fleet,
  image: string,
  envFrom: readonly object[],
  labels: { readonly [label: string]: string },
): object {
  const { cpus, gpus, memoryMb, timeMs } = resources
  const limits = {
    ...(memoryMb !== undefined && { memory: `${memoryMb}Mi` }),
    ...(gpus !== undefined && { 'nvidia.com/gpu': gpus }),
  }
  const requests = { ...(cpus !== undefined && { cpu: String(cpus) }), ...limits }
  const container = {
    name: 'worker',
    image,
    command,
    ...(directory !== undefined && { workingDir: directory }),
    envFrom,
    resources: { requests, limits },
  }
  return {
    completionMode: 'Indexed',
    completions: workers,
    parallelism: workers,
    // A worker that fails again and again, since its image is broken, say, is given up alone.
    backoffLimitPerIndex: 3,
    podFailurePolicy: {
      // A node that is drained or lost is no failure of the worker's.
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    },
    ...(timeMs !== undefined && { activeDeadlineSeconds: Math.ceil(timeMs / 1000) }),
    ttlSecondsAfterFinished: 86_400,
    template: {
      metadata: { labels },
      spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: GRACE_S, containers: [container] },
    },
  }
}

/** A pod as kubectl tells it; what is not used here is left out. */
interface Pod {
  readonly metadata: {
    readonly name: string
    readonly labels?: { readonly [label: string]: string }
    readonly deletionTimestamp?: string
  }
  readonly spec: { readonly nodeName?: string }
  readonly status: {
    readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    readonly reason?: string
    readonly conditions?: readonly { readonly status: string; readonly reason?: string }[]
  }
}

const PHASES: { readonly [P in Pod['status']['phase']]: LaunchedWorker['state'] } = {
  Pending: 'waiting',
  Running: 'running',
  Succeeded: 'done',
  Failed: 'failed',
  Unknown: 'failed',
}

/** What `kubectl get pods --output=json` prints. */
export function parsePods(printed: string): readonly LaunchedWorker[] {
  const { items } = JSON.parse(printed) as { readonly items: readonly Pod[] }
  return items.map(({ metadata, spec, status }) => {
    const why = status.reason ?? status.conditions?.find((each) => each.status === 'False')?.reason
    return {
      fleet: metadata.labels?.[FLEET] ?? '',
      id: metadata.name,
      state: metadata.deletionTimestamp === undefined ? PHASES[status.phase] : 'ending',
      where: (status.phase === 'Running' ? spec.nodeName : (why ?? spec.nodeName)) ?? '',
    }
  })
}
