//! Pages of AWS's documentation on networks.

pub(super) const ROUTE_TABLES: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";
pub(super) const INTERNET_GATEWAY: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html";
pub(super) const BLOCK: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html";
pub(super) const BLOCK_BASICS: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html";
pub(super) const NAT: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html";
pub(super) const NAT_TROUBLE: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html";
pub(super) const TRANSIT: &str = "https://docs.aws.amazon.com/vpc/latest/tgw/what-is-transit-gateway.html";
pub(super) const CENTRAL_ENDPOINTS: &str = "https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html";
pub(super) const SHARED: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html";
pub(super) const HOSTED_ZONES: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html";
pub(super) const FARGATE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html";
pub(super) const ECR_ENDPOINTS: &str =
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";
pub(super) const ECS_ENDPOINTS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html";
pub(super) const LOGS_ENDPOINTS: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-and-interface-VPC.html";
pub(super) const GATEWAY_ENDPOINTS: &str =
    "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html";
pub(super) const INTERFACE_ENDPOINTS: &str =
    "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html";
pub(super) const ENDPOINT_NAMES: &str =
    "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html";
pub(super) const ENDPOINT_POLICIES: &str =
    "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html";
pub(super) const DNS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html";
pub(super) const DHCP_OPTIONS: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html";
pub(super) const GROUPS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html";
pub(super) const ACLS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html";
pub(super) const PUBLIC_ADDRESSES: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html";
pub(super) const SUBNET_SIZES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
pub(super) const ENVIRONMENTS: &str =
    "https://docs.aws.amazon.com/batch/latest/userguide/compute_environment_parameters.html";
pub(super) const DEFAULT_VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html";
pub(super) const SECURITY_GROUPS: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html";
