# Virtual machines for local.sh: an NFS server and its clients, each with a kernel of its own. Sourced.

declare -A ports pids
# ACCEL=tcg where there is no KVM, or one that is slower than an emulator.
case ${ACCEL:-kvm} in kvm) cpu=(-accel kvm -cpu host) ;; *) cpu=(-accel "$ACCEL" -cpu max) ;; esac

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

build() { # Makes kernel, file system in memory and the server's disk, in $lab.
    local tree=$lab/tree version module program
    (cd "$lab" && apt-get download "$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends:/ { print $2; exit }')" && dpkg-deb -x linux-image-*.deb kernel) &>>"$lab/build.log"
    version=$(ls "$lab/kernel/lib/modules")
    cp "$lab/kernel/boot/vmlinuz-$version" "$lab/vmlinuz"
    depmod -b "$lab/kernel" "$version"
    mkdir -p "$tree"/{bin,etc,proc,sys,dev,modules}
    for module in virtio_pci virtio_net virtio_blk virtio_rng nfsv4 nfsd; do
        modprobe -d "$lab/kernel" -S "$version" --show-depends "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$lab/modules"
    xargs -a "$lab/modules" cp -t "$tree/modules"
    xargs -a "$lab/modules" -n 1 basename >"$tree/modules/order"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    cp "$binary" "$tree/bin/experiments"
    for program in mount.nfs nfsdcld exportfs rpc.nfsd rpc.mountd; do cp "$(PATH=$PATH:/usr/sbin:/sbin command -v $program)" "$tree/bin/"; done
    # The libraries that they want, and the linker that finds them.
    for program in "$tree"/bin/*; do ldd "$program" 2>/dev/null || true; done |
        grep -o '/[^ ]*' | sort -u | xargs -I{} cp -L --parents {} "$tree"
    cp -L /etc/netconfig /etc/protocols /etc/services "$tree/etc/" 2>/dev/null || true
    echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
    cp scripts/nfs/init.sh "$tree/init"
    (cd "$tree" && find . | cpio --quiet -o -H newc) | gzip -1 >"$lab/initrd"
    truncate -s 2G "$lab/disk"
    mkfs.ext4 -q "$lab/disk"
    ports=([nfs]=$(free_port) [server]=$(free_port) [node1]=$(free_port) [node2]=$(free_port))
}

boot() { # Starts a machine and waits until it answers: its name, and options of the mount.
    local name=$1 options=${2:-} forward="hostfwd=tcp:127.0.0.1:${ports[$1]}-:23" disk=()
    if [[ $name == server ]]; then
        forward+=",hostfwd=tcp:127.0.0.1:${ports[nfs]}-:2049"
        disk=(-drive "file=$lab/disk,format=raw,if=virtio")
    fi
    qemu-system-x86_64 "${cpu[@]}" -m 768 -nographic -no-reboot -monitor none -serial "file:$lab/$name.console" \
        -kernel "$lab/vmlinuz" -initrd "$lab/initrd" "${disk[@]}" -device virtio-rng-pci \
        -nic "user,model=virtio-net-pci,$forward" \
        -append "console=ttyS0 quiet panic=-1 rdinit=/init name=$name port=${ports[nfs]} options=$options" \
        </dev/null &>>"$lab/$name.out" &
    pids[$name]=$!
    until on "$name" true &>/dev/null; do
        kill -0 "${pids[$name]}" || { tail "$lab/$name".*; return 1; }
        sleep 0.3
    done
}

on() { # Runs a command line in a machine, prints what it says, and returns its code.
    local text code
    { exec 4<>"/dev/tcp/127.0.0.1/${ports[$1]}"; } 2>/dev/null || return 255
    printf '%s\n' "{ $2" '} </dev/null 2>&1; echo "code $?"; exit' >&4
    text=$(timeout "${3:-600}" cat <&4) || true
    exec 4>&-
    code=${text##*code }
    text=${text%code *}
    [[ -n $text ]] && printf '%s\n' "${text%$'\n'}"
    return "$((${code:-255}))"
}

cut() { # Ends a machine as a power cut would.
    kill -KILL "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null || true
}
