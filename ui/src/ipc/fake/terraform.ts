import type { Blueprint, ExportOptions, TerraformFile } from "../contract";

/** A stack as a few believable files; the real ones are written by Rust. */
export function terraformOf(wish: Blueprint, { provider, imports }: ExportOptions): TerraformFile[] {
  const named = provider === "5" ? "compute_environment_name" : "name                    ";
  const files: TerraformFile[] = [
    {
      name: "versions.tf",
      text: `terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> ${provider}.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = var.tags
  }
}
`,
    },
    {
      name: "variables.tf",
      text: `variable "region" {
  description = "Where the stack lives."
  type        = string
  default     = "us-east-1"
}

variable "max_vcpus" {
  description = "The most vCPUs in use at one time."
  type        = number
  default     = ${wish.compute_environments[0]?.max_vcpus ?? 4}

  validation {
    condition     = var.max_vcpus >= 1
    error_message = "At least one vCPU, or no job could ever run."
  }
}
`,
    },
    {
      name: "iam.tf",
      text: `# The execution role pulls the image and writes the logs; the job role is what your code may do.
data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${wish.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:\${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
`,
    },
    {
      name: "batch.tf",
      text: `resource "aws_batch_compute_environment" "main" {
  ${named} = "${wish.name}-main"
  type                     = "MANAGED"

  compute_resources {
    type               = "FARGATE"
    max_vcpus          = var.max_vcpus
    subnets            = data.aws_subnets.default.ids
    security_group_ids = [aws_security_group.jobs.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_batch_job_queue" "main" {
  name     = "${wish.name}-main"
  state    = "ENABLED"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.main.arn
  }
}

resource "aws_batch_job_definition" "main" {
  name                  = "${wish.name}-main"
  type                  = "container"
  platform_capabilities = ["FARGATE"]

  container_properties = jsonencode({
    image            = "${wish.job_definitions[0]?.image ?? ""}"
    executionRoleArn = aws_iam_role.execution.arn
    resourceRequirements = [
      { type = "VCPU", value = "${wish.job_definitions[0]?.vcpu ?? ""}" },
      { type = "MEMORY", value = "${wish.job_definitions[0]?.memory_mib ?? ""}" },
    ]
  })
}
`,
    },
  ];
  if (imports) {
    files.push({
      name: "imports.tf",
      text: `# What Slipway made, so that the first plan shows no change. Delete this file after the first apply.
import {
  to = aws_batch_compute_environment.main
  id = "${wish.name}-main"
}

import {
  to = aws_batch_job_queue.main
  id = "arn:aws:batch:us-east-1:123456789012:job-queue/${wish.name}-main"
}
`,
    });
  }
  return files;
}
