//! Settings that AWS would refuse, each from its documented rules, and some that it would take and that could not work,
//! as a person might write them: into a preset's file, one at a time. Core, the command line and the window are all
//! asked to see them.

/// A setting that breaks a rule.
#[derive(Debug, Clone, Copy)]
pub struct Mistake {
    /// The preset it is written into.
    pub preset: &'static str,
    /// What is replaced in its file, the first time it stands there.
    pub from: &'static str,
    /// What is written instead.
    pub to: &'static str,
    /// The field that is to be named.
    pub field: &'static str,
    /// The code of the rule.
    pub rule: &'static str,
}

impl Mistake {
    /// Whether AWS refuses it, by its own documentation.
    pub fn is_refused_by_aws(&self) -> bool {
        !OURS.contains(&self.rule)
    }

    /// The preset's file with the mistake in it.
    pub fn written(&self, preset: &str) -> String {
        assert!(preset.contains(self.from), "{} holds {:?}:\n{preset}", self.preset, self.from);
        preset.replacen(self.from, self.to, 1)
    }
}

const fn of(
    preset: &'static str,
    from: &'static str,
    to: &'static str,
    field: &'static str,
    rule: &'static str,
) -> Mistake {
    Mistake { preset, from, to, field, rule }
}

/// Rules of Slipway's own. Most of them are of what AWS takes in silence and what then never works: a job that waits for
/// ever, a script that never runs, a parameter that nothing uses.
const OURS: &[&str] = &[
    "rule-cidr-host-bits",
    "rule-cidr-private",
    "rule-env-empty",
    "rule-env-name",
    "rule-id-twice",
    "rule-instance-twice",
    "rule-instances-missing",
    "rule-no-queue-for-gpus",
    "rule-no-queue-for-platform",
    "rule-no-queue-for-processor",
    "rule-parameter-unused",
    "rule-part-name",
    "rule-prefix",
    "rule-queue-unknown-environment",
    "rule-queue-unknown-policy",
    "rule-registry-secret",
    "rule-registry-secret-ecr",
    "rule-retry-single-attempt",
    "rule-secret-arn",
    "rule-stack-name",
    "rule-user-data-empty",
    "rule-user-data-mime",
    "rule-user-data-start",
    "rule-vcpu-no-room",
    "rule-vcpu-written",
    "rule-volume-unused",
];

const MESSAGE: &str = "MESSAGE = \"it works\"";
const ATTEMPTS: &str = "attempts = 1";
const IMAGE: &str = "image = \"public.ecr.aws";
const NETWORK: &str = "kind = \"default-vpc\"";
const USER_DATA: &str = "imdsv2 = true";
const QUEUE: &str = "name = \"main\"\npriority = 1";

/// Every mistake. Where the rule stands in AWS's documentation is said beside the rule itself (`blueprint/rules`).
pub const ALL: &[Mistake] = &[
    // The stack.
    of("fargate", "name = \"first\"", "name = \"First\"", "name", "rule-stack-name"),
    of("fargate", "name = \"first\"", "name = \"sg-first\"", "name", "rule-stack-name-sg"),
    of("fargate", "retention_days = 30", "retention_days = 31", "logs.retention_days", "rule-retention"),
    of("fargate", "retention_days = 30", "retention_days = 0", "logs.retention_days", "rule-retention"),
    of("fargate", "name = \"app\"", "name = \"App\"", "repositories[0].name", "rule-part-name"),
    of("fargate", "[tags]\n", "[tags]\n\"aws:team\" = \"x\"\n", "tags.\"aws:team\"", "rule-tag-reserved"),
    of("fargate", "[tags]\n", "[tags]\nteam = \"a & b\"\n", "tags.team", "rule-tag-value"),
    of("fargate", "[tags]\n", "[tags]\n\"a;b\" = \"c\"\n", "tags.\"a;b\"", "rule-tag-key"),
    // The network.
    of("fargate", NETWORK, "kind = \"new-vpc\"\ncidr = \"10.0.0.0/8\"", "network.cidr", "rule-cidr-size"),
    of("fargate", NETWORK, "kind = \"new-vpc\"\ncidr = \"10.0.0.0/29\"", "network.cidr", "rule-cidr-size"),
    of(
        "fargate",
        NETWORK,
        "kind = \"new-vpc\"\ncidr = \"10.0.0.1/16\"",
        "network.cidr",
        "rule-cidr-host-bits",
    ),
    of("fargate", NETWORK, "kind = \"new-vpc\"\ncidr = \"ten\"", "network.cidr", "rule-cidr"),
    of("fargate", NETWORK, "kind = \"new-vpc\"\ncidr = \"8.8.0.0/16\"", "network.cidr", "rule-cidr-private"),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"main\"\nsubnets = [\"subnet-0a1b2c3d\"]",
        "network.vpc",
        "rule-vpc-id",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = []",
        "network.subnets",
        "rule-subnets-empty",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = [\"vpc-0a1b2c3d\"]",
        "network.subnets[0]",
        "rule-subnet-id",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = [\"subnet-0a1b2c3d\", \"subnet-0a1b2c3d\"]",
        "network.subnets[1]",
        "rule-id-twice",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = [\"subnet-0a1b2c3d\"]\nsecurity_groups = [\"web\"]",
        "network.security_groups[0]",
        "rule-group-id",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = [\"subnet-0a1b2c3d\"]\nsecurity_groups = \
         [\"sg-0a1b2c31\", \"sg-0a1b2c32\", \"sg-0a1b2c33\", \"sg-0a1b2c34\", \"sg-0a1b2c35\", \"sg-0a1b2c36\"]",
        "network.security_groups",
        "rule-groups-too-many",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"existing-vpc\"\nvpc = \"vpc-0a1b2c3d\"\nsubnets = [\"subnet-0a1b2c01\", \"subnet-0a1b2c02\", \
         \"subnet-0a1b2c03\", \"subnet-0a1b2c04\", \"subnet-0a1b2c05\", \"subnet-0a1b2c06\", \"subnet-0a1b2c07\", \
         \"subnet-0a1b2c08\", \"subnet-0a1b2c09\", \"subnet-0a1b2c10\", \"subnet-0a1b2c11\", \"subnet-0a1b2c12\", \
         \"subnet-0a1b2c13\", \"subnet-0a1b2c14\", \"subnet-0a1b2c15\", \"subnet-0a1b2c16\", \"subnet-0a1b2c17\"]",
        "network.subnets",
        "rule-subnets-too-many",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"default-vpc\"\n[[flows]]\nname = \"efs\"\nsecurity_group = \"efs\"\nport = 2049",
        "flows[0].security_group",
        "rule-group-id",
    ),
    of(
        "fargate",
        NETWORK,
        "kind = \"default-vpc\"\n[[flows]]\nname = \"efs\"\nsecurity_group = \"sg-0a1b2c3d\"\nport = 0",
        "flows[0].port",
        "rule-flow-port",
    ),
    // Compute environments.
    of("fargate", "max_vcpus = 4", "max_vcpus = 0", "compute_environments[0].max_vcpus", "rule-max-vcpus"),
    of("fargate", "name = \"fargate\"", "name = \"-\"", "compute_environments[0].name", "rule-part-name"),
    of(
        "fargate",
        "max_vcpus = 4",
        "max_vcpus = 4\n[compute_environments.instances]\ntypes = [\"m6i\"]\nallocation_strategy = \"best-fit\"",
        "compute_environments[0].instances",
        "rule-instances-on-fargate",
    ),
    of(
        "fargate",
        "kind = \"fargate\"",
        "kind = \"ec2\"",
        "compute_environments[0].instances",
        "rule-instances-missing",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[]",
        "compute_environments[0].instances.types",
        "rule-instance-types-empty",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[\"large\"]",
        "compute_environments[0].instances.types[0]",
        "rule-instance-type",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[\"m6i.metal\"]",
        "compute_environments[0].instances.types[0]",
        "rule-instance-metal",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[\"t3.large\"]",
        "compute_environments[0].instances.types[0]",
        "rule-instance-burstable",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[\"m6i\", \"m6i\"]",
        "compute_environments[0].instances.types[1]",
        "rule-instance-twice",
    ),
    of(
        "ondemand",
        "[\"default_x86_64\"]",
        "[\"m6i\", \"m6g\"]",
        "compute_environments[0].instances.types",
        "rule-instance-mixed-processors",
    ),
    of(
        "gpu",
        "\"g4dn.xlarge\"",
        "\"p3.2xlarge\"",
        "compute_environments[0].instances.types[0]",
        "rule-instance-old-gpu",
    ),
    of(
        "ondemand",
        "types = [\"default_x86_64\"]",
        "types = [\"a1.large\"]",
        "compute_environments[0].instances.types[0]",
        "rule-instance-a1",
    ),
    of(
        "gpu",
        "\"g4dn.xlarge\"",
        "\"g5g.xlarge\"",
        "compute_environments[0].instances.ami",
        "rule-ami-nvidia",
    ),
    of(
        "ondemand",
        "\"best-fit-progressive\"",
        "\"spot-capacity-optimized\"",
        "compute_environments[0].instances.allocation_strategy",
        "rule-strategy",
    ),
    of(
        "spot",
        "\"spot-price-capacity-optimized\"",
        "\"best-fit-progressive-ordered\"",
        "compute_environments[0].instances.allocation_strategy",
        "rule-strategy",
    ),
    of(
        "ondemand",
        "min_vcpus = 0",
        "min_vcpus = 0\nbid_percentage = 60",
        "compute_environments[0].instances.bid_percentage",
        "rule-bid-not-spot",
    ),
    of(
        "spot",
        "min_vcpus = 0",
        "min_vcpus = 0\nbid_percentage = 101",
        "compute_environments[0].instances.bid_percentage",
        "rule-bid",
    ),
    of(
        "spot",
        "min_vcpus = 0",
        "min_vcpus = 0\nbid_percentage = 0",
        "compute_environments[0].instances.bid_percentage",
        "rule-bid",
    ),
    of(
        "spot",
        "min_vcpus = 0",
        "min_vcpus = 5",
        "compute_environments[0].instances.min_vcpus",
        "rule-min-vcpus",
    ),
    of(
        "spot",
        "min_vcpus = 0",
        "min_vcpus = 0\ndesired_vcpus = 5",
        "compute_environments[0].instances.desired_vcpus",
        "rule-desired-vcpus",
    ),
    of(
        "spot",
        "min_vcpus = 0",
        "min_vcpus = 0\nkey_pair = \" ana\"",
        "compute_environments[0].instances.key_pair",
        "rule-key-pair",
    ),
    of(
        "spot",
        "disk_gib = 50",
        "disk_gib = 20",
        "compute_environments[0].instances.launch_template.disk_gib",
        "rule-disk",
    ),
    of(
        "spot",
        "disk_gib = 50",
        "disk_gib = 20000",
        "compute_environments[0].instances.launch_template.disk_gib",
        "rule-disk",
    ),
    of(
        "spot",
        USER_DATA,
        "imdsv2 = true\nuser_data = \"echo hello\"",
        "compute_environments[0].instances.launch_template.user_data",
        "rule-user-data-start",
    ),
    of(
        "spot",
        USER_DATA,
        "imdsv2 = true\nuser_data = \"MIME-Version: 1.0\"",
        "compute_environments[0].instances.launch_template.user_data",
        "rule-user-data-mime",
    ),
    of(
        "spot",
        USER_DATA,
        "imdsv2 = true\nuser_data = \" \"",
        "compute_environments[0].instances.launch_template.user_data",
        "rule-user-data-empty",
    ),
    // Queues and policies.
    of("fargate", "priority = 1", "priority = 1001", "job_queues[0].priority", "rule-priority"),
    of("fargate", QUEUE, "name = \"Main\"\npriority = 1", "job_queues[0].name", "rule-part-name"),
    of(
        "fargate",
        "compute_environments = [\"fargate\"]",
        "compute_environments = []",
        "job_queues[0].compute_environments",
        "rule-queue-environments",
    ),
    of(
        "fargate",
        "compute_environments = [\"fargate\"]",
        "compute_environments = [\"spot\"]",
        "job_queues[0].compute_environments[0]",
        "rule-queue-unknown-environment",
    ),
    of(
        "fargate",
        "compute_environments = [\"fargate\"]",
        "compute_environments = [\"fargate\", \"fargate\"]",
        "job_queues[0].compute_environments[1]",
        "rule-queue-environment-twice",
    ),
    of(
        "spot-then-ondemand",
        "types = [\"default_x86_64\"]",
        "types = [\"default_arm64\"]",
        "job_queues[0].compute_environments",
        "rule-queue-mixed-processors",
    ),
    of(
        "fargate",
        QUEUE,
        "name = \"main\"\npriority = 1\nscheduling_policy = \"fair\"",
        "job_queues[0].scheduling_policy",
        "rule-queue-unknown-policy",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\nshare_decay_seconds = 604801\n# Where jobs wait.",
        "scheduling_policies[0].share_decay_seconds",
        "rule-share-decay",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\ncompute_reservation = 100\n# Where jobs wait.",
        "scheduling_policies[0].compute_reservation",
        "rule-compute-reservation",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\nshares = { \"a-b\" = 1.0 }\n# Where jobs wait.",
        "scheduling_policies[0].shares.a-b",
        "rule-share-name",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\nshares = { a = 1000.0 }\n# Where jobs wait.",
        "scheduling_policies[0].shares.a",
        "rule-share-weight",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\nshares = { a = 0.0 }\n# Where jobs wait.",
        "scheduling_policies[0].shares.a",
        "rule-share-weight",
    ),
    of(
        "fargate",
        "# Where jobs wait.",
        "[[scheduling_policies]]\nname = \"fair\"\nshares = { \"user*\" = 1.0, user1 = 2.0 }\n# Where jobs wait.",
        "scheduling_policies[0].shares.user1",
        "rule-share-overlaps",
    ),
    // Job definitions: what runs, and how large.
    of("fargate", "ecr.aws/amazon", "ecr.aws/Amazon", "job_definitions[0].image", "rule-image"),
    of("fargate", "vcpu = \"0.25\"", "vcpu = \"3\"", "job_definitions[0].vcpu", "rule-fargate-vcpu"),
    of("fargate", "vcpu = \"0.25\"", "vcpu = \"1.0\"", "job_definitions[0].vcpu", "rule-vcpu-written"),
    of(
        "fargate",
        "memory_mib = 512",
        "memory_mib = 4000",
        "job_definitions[0].memory_mib",
        "rule-fargate-memory",
    ),
    of(
        "fargate",
        "memory_mib = 512",
        "memory_mib = 122880",
        "job_definitions[0].memory_mib",
        "rule-fargate-memory",
    ),
    of("ondemand", "vcpu = \"1\"", "vcpu = \"0.5\"", "job_definitions[0].vcpu", "rule-ec2-vcpu"),
    of("ondemand", "memory_mib = 1024", "memory_mib = 3", "job_definitions[0].memory_mib", "rule-ec2-memory"),
    of(
        "fargate",
        "vcpu = \"0.25\"\nmemory_mib = 512",
        "vcpu = \"8\"\nmemory_mib = 16384",
        "job_definitions[0].vcpu",
        "rule-vcpu-no-room",
    ),
    of("ondemand", "vcpu = \"1\"", "vcpu = \"0.5\"", "job_definitions[0].vcpu", "rule-ec2-vcpu"),
    of("ondemand", "memory_mib = 1024", "memory_mib = 3", "job_definitions[0].memory_mib", "rule-ec2-memory"),
    of(
        "ondemand",
        "platform = \"ec2\"",
        "platform = \"fargate\"",
        "job_definitions[0].platform",
        "rule-no-queue-for-platform",
    ),
    of(
        "ondemand",
        "architecture = \"x86_64\"",
        "architecture = \"arm64\"",
        "job_definitions[0].architecture",
        "rule-no-queue-for-processor",
    ),
    of("ondemand", ATTEMPTS, "attempts = 1\ngpus = 1", "job_definitions[0].gpus", "rule-no-queue-for-gpus"),
    of("fargate", ATTEMPTS, "attempts = 1\ngpus = 1", "job_definitions[0].gpus", "rule-gpus-on-fargate"),
    of(
        "fargate",
        ATTEMPTS,
        "attempts = 1\nprivileged = true",
        "job_definitions[0].privileged",
        "rule-privileged-on-fargate",
    ),
    of("fargate", ATTEMPTS, "attempts = 1\nuser = \"a b\"", "job_definitions[0].user", "rule-user"),
    of(
        "fargate",
        ATTEMPTS,
        "attempts = 1\nscheduling_priority = 10000",
        "job_definitions[0].scheduling_priority",
        "rule-scheduling-priority",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.ulimits]]\nname = \"nofile\"\nsoft = 1\nhard = 1",
        "job_definitions[0].ulimits",
        "rule-ulimits-on-fargate",
    ),
    of(
        "ondemand",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.ulimits]]\nname = \"files\"\nsoft = 1\nhard = 1",
        "job_definitions[0].ulimits[0].name",
        "rule-ulimit-name",
    ),
    of(
        "ondemand",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.ulimits]]\nname = \"nofile\"\nsoft = 2\nhard = 1",
        "job_definitions[0].ulimits[0].soft",
        "rule-ulimit-order",
    ),
    // Environment, secrets, parameters.
    of(
        "fargate",
        ATTEMPTS,
        "attempts = 1\nregistry_secret = \"hunter two\"",
        "job_definitions[0].registry_secret",
        "rule-registry-secret",
    ),
    of(
        "fargate",
        IMAGE,
        "registry_secret = \"quay\"\nimage = \"111122223333.dkr.ecr.us-east-1.amazonaws.com",
        "job_definitions[0].registry_secret",
        "rule-registry-secret-ecr",
    ),
    of("fargate", MESSAGE, "MESSAGE = \"\"", "job_definitions[0].environment.MESSAGE", "rule-env-empty"),
    of(
        "fargate",
        MESSAGE,
        "AWS_BATCH_X = \"1\"",
        "job_definitions[0].environment.AWS_BATCH_X",
        "rule-env-reserved",
    ),
    of("fargate", MESSAGE, "\"A B\" = \"1\"", "job_definitions[0].environment.\"A B\"", "rule-env-name"),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[job_definitions.secrets]\nPASSWORD = \"hunter two\"",
        "job_definitions[0].secrets.PASSWORD",
        "rule-secret-from",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[job_definitions.secrets]\nPASSWORD = \"arn:aws:secretsmanager:us-east-1:111122223333:secret:db\"",
        "job_definitions[0].secrets.PASSWORD",
        "rule-secret-from",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[job_definitions.secrets]\nMESSAGE = \"/imaging/model\"",
        "job_definitions[0].secrets.MESSAGE",
        "rule-secret-and-variable",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[job_definitions.parameters]\ninput = \"x\"",
        "job_definitions[0].parameters.input",
        "rule-parameter-unused",
    ),
    // Storage.
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"host\"\nname = \"d\"\npath = \"/d\"\n\
         [[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].kind",
        "rule-host-volume-on-fargate",
    ),
    of(
        "ondemand",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"host\"\nname = \"d\"\npath = \"d\"\n\
         [[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].path",
        "rule-host-path",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"efs\"\nname = \"d\"\nfile_system = \"data\"\n\
         [[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].file_system",
        "rule-file-system",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"efs\"\nname = \"d\"\nfile_system = \
         \"fs-0a1b2c3d\"\naccess_point = \"data\"\n[[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].access_point",
        "rule-access-point",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"efs\"\nname = \"d\"\nfile_system = \
         \"fs-0a1b2c3d\"\nroot_directory = \"data\"\n[[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].root_directory",
        "rule-root-directory",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"efs\"\nname = \"d\"\nfile_system = \
         \"fs-0a1b2c3d\"\naccess_point = \"fsap-0a1b2c3d\"\nroot_directory = \"/x\"\n[[job_definitions.mounts]]\nvolume \
         = \"d\"\npath = \"/d\"",
        "job_definitions[0].volumes[0].root_directory",
        "rule-root-with-access-point",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"efs\"\nname = \"d\"\nfile_system = \
         \"fs-0a1b2c3d\"",
        "job_definitions[0].volumes[0].name",
        "rule-volume-unused",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.mounts]]\nvolume = \"d\"\npath = \"/d\"",
        "job_definitions[0].mounts[0].volume",
        "rule-mount-unknown",
    ),
    of(
        "ondemand",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.volumes]]\nkind = \"host\"\nname = \"d\"\npath = \"/d\"\n\
         [[job_definitions.mounts]]\nvolume = \"d\"\npath = \"d\"",
        "job_definitions[0].mounts[0].path",
        "rule-mount-path",
    ),
    of(
        "fargate",
        ATTEMPTS,
        "attempts = 1\nephemeral_storage_gib = 20",
        "job_definitions[0].ephemeral_storage_gib",
        "rule-ephemeral",
    ),
    of(
        "fargate",
        ATTEMPTS,
        "attempts = 1\nephemeral_storage_gib = 201",
        "job_definitions[0].ephemeral_storage_gib",
        "rule-ephemeral",
    ),
    of(
        "ondemand",
        ATTEMPTS,
        "attempts = 1\nephemeral_storage_gib = 50",
        "job_definitions[0].ephemeral_storage_gib",
        "rule-ephemeral-on-ec2",
    ),
    // Tries.
    of("fargate", ATTEMPTS, "attempts = 11", "job_definitions[0].attempts", "rule-attempts"),
    of("fargate", ATTEMPTS, "attempts = 0", "job_definitions[0].attempts", "rule-attempts"),
    of(
        "fargate",
        "timeout_seconds = 3600",
        "timeout_seconds = 59",
        "job_definitions[0].timeout_seconds",
        "rule-timeout",
    ),
    of(
        "spot",
        "on_status_reason = \"Host EC2*\"",
        "on_status_reason = \"Host EC2 (instance*\"",
        "job_definitions[0].retry[0].on_status_reason",
        "rule-retry-pattern",
    ),
    of(
        "spot",
        "on_status_reason = \"Host EC2*\"",
        "on_exit_code = \"1-9\"",
        "job_definitions[0].retry[0].on_exit_code",
        "rule-retry-exit-code",
    ),
    of(
        "spot",
        "on_status_reason = \"Host EC2*\"\n",
        "",
        "job_definitions[0].retry[0]",
        "rule-retry-no-pattern",
    ),
    of("spot", "attempts = 3", "attempts = 1", "job_definitions[0].attempts", "rule-retry-single-attempt"),
    // What the code may do.
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"s3\"\nbucket = \"My_Bucket\"\nmode = \"read\"",
        "job_definitions[0].access[0].bucket",
        "rule-bucket",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"s3\"\nbucket = \"scans\"\nprefix = \
         \"/raw\"\nmode = \"read\"",
        "job_definitions[0].access[0].prefix",
        "rule-prefix",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"dynamo-db\"\ntable = \"x\"\nmode = \"write\"",
        "job_definitions[0].access[0].table",
        "rule-table",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"secret\"\narn = \"db\"",
        "job_definitions[0].access[0].arn",
        "rule-secret-arn",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"secret\"\narn = \"arn:aws:secretsmanager:us-east-1:111122223333:secret:db\"",
        "job_definitions[0].access[0].arn",
        "rule-secret-arn",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"statement\"\nactions = [\"read\"]\nresources = \
         [\"*\"]",
        "job_definitions[0].access[0].actions[0]",
        "rule-action",
    ),
    of(
        "fargate",
        MESSAGE,
        "MESSAGE = \"it works\"\n[[job_definitions.access]]\nkind = \"statement\"\nactions = \
         [\"s3:GetObject\"]\nresources = [\"scans\"]",
        "job_definitions[0].access[0].resources[0]",
        "rule-resource",
    ),
];
