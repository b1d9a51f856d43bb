//! What the code of a job may do in AWS, said as a person would say it.

use serde::{Deserialize, Serialize};

/// One thing that the code of a job may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Access {
    /// Objects of a bucket.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// Only objects whose keys begin so; all of them without.
        #[serde(default)]
        prefix: Option<String>,
        /// Reading, writing or both.
        mode: AccessMode,
    },
    /// Items of a DynamoDB table.
    DynamoDb {
        /// The table's name.
        table: String,
        /// Reading, writing or both.
        mode: AccessMode,
    },
    /// The value of a secret.
    Secret {
        /// The ARN of a secret in Secrets Manager.
        arn: String,
    },
    /// The value of a parameter.
    Parameter {
        /// Its name in the Parameter Store: `/imaging/model`.
        name: String,
    },
    /// Messages of a queue of SQS.
    Sqs {
        /// The queue's name.
        queue: String,
        /// Receiving and deleting (`read`), sending (`write`), or both.
        mode: AccessMode,
    },
    /// Whatever else: actions and resources as IAM writes them.
    Statement {
        /// `s3:GetObject`.
        actions: Vec<String>,
        /// ARNs, perhaps with `*`.
        resources: Vec<String>,
    },
}

/// Reading, writing or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum AccessMode {
    Read,
    Write,
    ReadWrite,
}

impl AccessMode {
    /// Whether it reads.
    pub fn reads(self) -> bool {
        self != Self::Write
    }

    /// Whether it writes.
    pub fn writes(self) -> bool {
        self != Self::Read
    }
}
