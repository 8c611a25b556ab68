use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor};
fn med(mut f: impl FnMut(), n: usize) -> f64 {
    f();
    let mut t: Vec<f64> = (0..n)
        .map(|_| {
            let s = cpu();
            f();
            cpu() - s
        })
        .collect();
    t.sort_by(f64::total_cmp);
    t[n / 4] * 1e3
}
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse::<f64>()
        .unwrap()
        / 1e9
}
fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let burn = std::env::args().any(|a| a == "burn");
    let only: Option<usize> = std::env::args().nth(1).and_then(|a| a.parse().ok());
    pool.install(|| {
    let d = Device::flex();
    for (index, (b, ci, co, hw, k, s, p)) in [(128,16,16,32,3,1,1),(128,16,32,32,3,2,1),(128,32,32,16,3,1,1),(128,64,64,8,3,1,1),(64,64,64,32,3,1,1),(64,128,128,16,3,1,1),(64,256,256,8,3,1,1),(64,512,512,4,3,1,1),(64,512,512,2,3,1,1),(128,3,16,32,3,1,1),(64,1,20,28,5,1,0),(64,20,50,12,5,1,0)].into_iter().enumerate() {
        if only.is_some_and(|only| only != index) { continue; }
        let x = Tensor::<4>::random([b,ci,hw,hw], Distribution::Normal(0.,1.), &d).permute([0,2,3,1]);
        // channels last in memory
        let x = (x.reshape([b*hw*hw*ci]).reshape([b,hw,hw,ci])).permute([0,3,1,2]);
        let w = Tensor::<4>::random([co,ci,k,k], Distribution::Normal(0.,1.), &d);
        let conv = |x: Tensor<4>, w: Tensor<4>| if burn { conv2d(x, w, None, ConvOptions::new([s,s],[p,p],[1,1],1)) } else { kernels::convolution(x, w, None, [s,s],[p,p]) };
        let y = conv(x.clone(), w.clone());
        let f = med(|| { conv(x.clone(), w.clone()); }, 8);
        let mac = y.shape().num_elements() as f64 * (ci*k*k) as f64;
        let x1 = Tensor::from_inner(x.clone()); let w1 = Tensor::from_inner(w.clone()).require_grad();
        let one = Tensor::from_inner(y.clone());
        let run = |x: Tensor<4>, w: Tensor<4>| { let y = conv(x, w); (y * one.clone()).sum().backward(); };
        let mul = med(|| { let y1 = Tensor::from_inner(y.clone()).require_grad(); (y1*one.clone()).sum().backward(); }, 8);
        let dw = med(|| run(x1.clone(), w1.clone()), 8) - f - mul;
        let x2 = x1.clone().require_grad(); let w2 = Tensor::from_inner(w.clone());
        let dx = med(|| run(x2.clone(), w2.clone()), 8) - f - mul;
        let g = |t: f64| 2.0 * mac / t / 1e6;
        println!("{:?} fwd {f:.2} ms {:.0} GF/s  dw {dw:.2} {:.0}  dx {dx:.2} {:.0}   (mul {mul:.2})", (b,ci,co,hw,k,s), g(f), g(dw), g(dx));
    }
    });
}
