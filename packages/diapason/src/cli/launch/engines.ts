import { Option } from 'commander'
import { OptionError } from '../../errors.ts'
import type { Launcher } from '../../launch/launcher.ts'

/** An engine as the command line knows it. */
export interface Engine {
  readonly name: string
  readonly description: string
  /** Its workers find this folder and this program where they are here, on a disk that is shared. */
  readonly runsHere: boolean
  /** What it alone may be told. */
  readonly options: readonly Option[]
  /** Loads what it needs then. */
  open(flags: { readonly [flag: string]: unknown }): Promise<Launcher>
}

const slurm: Engine = {
  name: 'slurm',
  description: 'a job array, one task a worker',
  runsHere: true,
  options: [
    new Option('--sbatch <option>', 'a further option of sbatch: partition=gpu, account=lab; once for each')
      .argParser((option: string, options: readonly string[]) => [...options, option.replace(/^--/, '')])
      .default([], 'none'),
  ],
  async open({ sbatch }) {
    const { slurmLauncher } = await import('../../launch/slurm.ts')
    return slurmLauncher({ sbatch: sbatch as readonly string[] })
  },
}

const ssh: Engine = {
  name: 'ssh',
  description: 'machines that one can log into without a password; workers are dealt out in turn',
  runsHere: true,
  options: [
    new Option('--hosts <list>', 'as ssh takes them: node1,me@node2').argParser((list: string) =>
      list.split(',').map((host) => host.trim()),
    ),
    new Option('--ssh <words>', 'how ssh is called').default('ssh'),
  ],
  async open({ hosts, ssh: words }) {
    if (hosts === undefined) throw new OptionError('Nobody said which machines', 'Give --hosts node1,node2')
    const { sshLauncher } = await import('../../launch/ssh.ts')
    return sshLauncher({ hosts: hosts as readonly string[], ssh: wordsOf(words) })
  },
}

const ray: Engine = {
  name: 'ray',
  description: 'a Ray job for each worker, through the Jobs API',
  runsHere: true,
  options: [
    new Option('--address <url>', "the head node's dashboard")
      .env('RAY_API_SERVER_ADDRESS')
      .default('http://127.0.0.1:8265'),
  ],
  async open({ address }) {
    const { rayLauncher } = await import('../../launch/ray.ts')
    return rayLauncher({ address: String(address), token: process.env.RAY_AUTH_TOKEN })
  },
}

const kubernetes: Engine = {
  name: 'kubernetes',
  description: 'an Indexed Job, a pod for each worker (Kubernetes 1.29 or newer)',
  runsHere: false,
  options: [
    new Option('--image <name>', 'holds Diapason, and all that the study needs'),
    new Option('--kubectl <words>', "how kubectl is called: 'kubectl --context lab --namespace tuning'").default(
      'kubectl',
    ),
  ],
  async open({ image, kubectl, workers }) {
    if (image === undefined && workers !== undefined) {
      throw new OptionError('Nobody said what the pods run', 'Give --image, one that holds Diapason and your study')
    }
    const { kubernetesLauncher } = await import('../../launch/kubernetes.ts')
    return kubernetesLauncher({ image: String(image), kubectl: wordsOf(kubectl) })
  },
}

const wordsOf = (text: unknown) => String(text).trim().split(/\s+/)

/** Every engine that workers can be started with. */
export const ENGINES: readonly Engine[] = [slurm, ssh, ray, kubernetes]
