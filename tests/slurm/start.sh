#!/usr/bin/env bash
# A real Slurm on this machine's loopback address, for tests: one controller and one or more node daemons, no accounting.
#   start.sh up FOLDER [NODES]     start it below FOLDER, wait until nodes are idle, print the file for SLURM_CONF
#   start.sh down FOLDER           stop the daemons that it started, and no others
# It needs slurmctld, slurmd and munged, and root: a node daemon starts jobs as their users.
set -euo pipefail

verb=${1:?up or down} folder=$(mkdir -p "${2:?a folder}" && cd "$2" && pwd) nodes=${3:-1}
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf

alive() {  # a pid file's process is there and no zombie
    local state
    [ -s "$1" ] && state=$(ps -o stat= -p "$(cat "$1")" 2>/dev/null) && [[ $state != Z* ]]
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_munge() {
    munge -n 2>/dev/null | unmunge >/dev/null 2>&1 && return
    if [ ! -s /etc/munge/munge.key ]; then
        (umask 077 && head -c 1024 /dev/urandom >/etc/munge/munge.key)
    fi
    install -d -o munge -g munge -m 0755 /run/munge
    install -d -o munge -g munge -m 0700 /var/lib/munge /var/log/munge
    chown munge:munge /etc/munge /etc/munge/munge.key
    chmod 0700 /etc/munge && chmod 0400 /etc/munge/munge.key
    setsid runuser -u munge -- "$(command -v munged)" </dev/null
    for _ in $(seq 100); do
        munge -n 2>/dev/null | unmunge >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "munged does not answer" >&2
    exit 1
}

configure() {
    local cpus memory
    cpus=$(nproc) memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.8)}' /proc/meminfo)
    mkdir -p "$folder"/{state,log,spool}
    cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort=$(free_port)
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MaxArraySize=1001
ReturnToService=2
JobRequeue=1
KillWait=3
InactiveLimit=0
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
SlurmdParameters=config_overrides
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/log/slurmctld.log
StateSaveLocation=$folder/state
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmdLogFile=$folder/log/slurmd.%n.log
SlurmdSpoolDir=$folder/spool/%n
CONF
    for node in $(seq "$nodes"); do
        mkdir -p "$folder/spool/node$node"
        echo "NodeName=node$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port)" \
             "CPUs=$(((cpus + nodes - 1) / nodes)) RealMemory=$((memory / nodes)) State=UNKNOWN" >>"$SLURM_CONF"
    done
    echo "PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=01:00:00 State=UP" >>"$SLURM_CONF"
}

up() {
    getent hosts "$host" >/dev/null || echo "127.0.0.1 $host" >>/etc/hosts
    start_munge
    [ -s "$SLURM_CONF" ] || configure
    alive "$folder/slurmctld.pid" || setsid "$(command -v slurmctld)" </dev/null
    for node in $(seq "$nodes"); do
        alive "$folder/slurmd.node$node.pid" || setsid "$(command -v slurmd)" -N "node$node" </dev/null
    done
    for _ in $(seq 300); do
        if [ "$(sinfo -h -t idle,mix,alloc -o %D 2>/dev/null | awk '{n += $1} END {print n + 0}')" -ge "$nodes" ]; then
            echo "$SLURM_CONF"
            return
        fi
        sleep 0.1
    done
    echo "the nodes do not come up; see $folder/log" >&2
    exit 1
}

down() {
    scancel --quiet --user "$(id -un)" 2>/dev/null || true
    for file in "$folder"/slurmd.*.pid "$folder"/slurmctld.pid; do
        alive "$file" || continue
        kill "$(cat "$file")"
        for _ in $(seq 100); do
            alive "$file" || break
            sleep 0.1
        done
    done
}

case $verb in
    up) up >&1 ;;
    down) down ;;
    *) echo "usage: start.sh up|down FOLDER [NODES]" >&2 && exit 2 ;;
esac
