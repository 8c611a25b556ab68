#!/bin/busybox sh
# The first process of a virtual machine of local.sh, which names it on the kernel's command line (`name=node1`): a
# server, or a node that has the server's folder under /lab. Commands come by network.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /tmp /run /srv /lab /var/lib/nfs
ln -s /proc/mounts /etc/mtab
while read -r module; do insmod "/modules/$module"; done </modules/order
for word in $(cat /proc/cmdline); do
    case $word in name=* | port=* | options=*) eval "${word%%=*}='${word#*=}'" ;; esac
done
hostname "$name"
ip link set lo up
ip address add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2

if [ "$name" = server ]; then
    mount -t ext4 /dev/vda /srv
    # What it knows of its clients outlasts it.
    mkdir -p /srv/lab /srv/state/nfsdcld
    mount --bind /srv/state /var/lib/nfs
    mkdir -p /run/rpc_pipefs
    mount -t rpc_pipefs pipes /run/rpc_pipefs
    mount -t nfsd nfsd /proc/fs/nfsd
    nfsdcld -p /run/rpc_pipefs
    echo '/srv/lab *(rw,sync,no_subtree_check,no_root_squash,insecure,fsid=0)' >/etc/exports
    exportfs -a
    rpc.nfsd --no-nfs-version 3 8
    rpc.mountd --no-nfs-version 3
    cd /srv/lab
else
    until mount.nfs 10.0.2.2:/ /lab -o "port=$port,${options:-hard}"; do sleep 1; done
    cd /lab
fi
exec nc -ll -p 23 -e sh
