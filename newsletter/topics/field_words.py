"""Words by which fields are told that the earlier papers say nothing about.

They are the vocabulary of each category of https://arxiv.org/category_taxonomy, set down from general
knowledge and fitted to no set of papers; where a landscape has learnt a field, it knows better.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from newsletter.topics.words import stems_of

_WORDS: Final = """
astro-ph.CO: cosmology, cosmological, dark energy, dark matter, inflation, cosmic microwave background, baryon acoustic, large-scale structure, redshift, hubble, primordial, halo
astro-ph.EP: exoplanet, planet, planetary, protoplanetary, asteroid, comet, transit, moon, mars, debris disk, habitable, jupiter
astro-ph.GA: galaxy, galactic, milky way, star formation, interstellar, stellar mass, molecular cloud, dwarf, agn, quasar, bulge, metallicity
astro-ph.HE: black hole, neutron star, pulsar, supernova, gamma-ray, x-ray, accretion, blazar, magnetar, jet, cosmic ray, gravitational wave
astro-ph.IM: telescope, spectrograph, observatory, survey, interferometer, photometry, adaptive optics, calibration, radio array, detector
astro-ph.SR: star, stellar, solar, sunspot, binary, white dwarf, corona, flare, asteroseismology, sun, photosphere, variable
cond-mat.mtrl-sci: material, crystal, alloy, perovskite, first-principles, density functional, ferroelectric, phonon, defect, band gap, thin film, lattice
cond-mat.mes-hall: graphene, quantum dot, topological insulator, nanowire, quantum hall, moire, bilayer, tunneling, spintronic, edge state
cond-mat.quant-gas: bose-einstein, ultracold, optical lattice, condensate, superfluid, fermi gas, cold atom
cond-mat.soft: colloid, polymer, active matter, gel, liquid crystal, granular, suspension, membrane, rheology, soft matter, swimmer
cond-mat.stat-mech: ising, critical exponent, phase transition, entropy, monte carlo, universality, spin glass, thermodynamic, nonequilibrium, percolation
cond-mat.str-el: hubbard, mott, kondo, spin liquid, antiferromagnetic, frustrated, heavy fermion, magnetic order, magnet, correlated electron
cond-mat.supr-con: superconductor, superconductivity, superconducting, cuprate, pairing, vortex, josephson, critical temperature, cooper pair
cs.AR: accelerator, fpga, hardware, chip, rtl, verilog, in-memory computing, processor, risc-v, asic, cache, systolic
cs.CC: complexity class, hardness, np-hard, np-complete, circuit complexity, lower bound, reduction, polynomial time, query complexity, oracle, turing machine, decidability, proof complexity
cs.CE: finite element, surrogate, mesh, computational engineering, structural, simulation, digital twin, topology optimization
cs.CG: polygon, voronoi, triangulation, convex hull, geometric graph, point set, computational geometry, planar, delaunay
cs.CL: language, translation, text, linguistic, corpus, sentiment, summarization, dialogue, question answering, llm, token, multilingual, prompt, reasoning, hallucination, annotation, word, speech recognition, large language model
cs.CR: attack, adversary, security, encryption, privacy, vulnerability, malware, cryptography, differential privacy, backdoor, intrusion, authentication, ransomware, jailbreak, blockchain, access control, threat, homomorphic, signature
cs.CV: image, visual, video, segmentation, object detection, pixel, scene, camera, point cloud, pose, vision, face
cs.CY: society, policy, ethic, governance, education, student, regulation, fairness, bias, public, social impact, curriculum, legal, law, accountability, teacher, public health
cs.DB: database, query, sql, index, join, transaction, data lake, relational, schema, query optimizer, storage engine, data management
cs.DC: distributed, parallel, gpu, cluster, scheduling, cloud, serverless, hpc, throughput, fault tolerance, consensus, workload
cs.DL: citation, bibliometric, scholarly, publication, peer review, journal, digital library, metadata, scientometric, author
cs.DM: graph, coloring, vertex, combinatorial, tree, matching, clique, hypergraph, chromatic, bipartite
cs.DS: approximation algorithm, running time, data structure, streaming algorithm, polynomial-time, online algorithm, sublinear, shortest path, dynamic algorithm, competitive ratio, sketching, hashing
cs.ET: neuromorphic, memristor, spiking, analog computing, photonic computing, dna storage, emerging hardware
cs.FL: automaton, automata, regular language, grammar, pushdown, transducer, omega-regular, context-free, büchi
cs.GR: rendering, mesh, texture, animation, shape, geometry, ray tracing, gaussian splatting, shading, 3d, radiance field, avatar
cs.GT: game, equilibrium, nash, mechanism design, auction, voting, strategic, incentive, player, matching market, social choice, agent, shapley value, coalition, allocation, fair division, envy-free, best response, bidder, regret, stable matching
cs.HC: user, interface, participant, interaction, virtual reality, user study, design, interview, accessibility, wearable, visualization, usability, augmented reality, haptic, human-centered, human-ai, human factor, qualitative, gesture, gaze, blind
cs.IR: recommendation, retrieval, search, ranking, recommender, query, user, item, click-through, collaborative filtering, document, relevance, retrieval-augmented generation, reranking, dense retrieval, session, e-commerce
cs.IT: channel, capacity, mimo, code, coding, beamforming, wireless, antenna, entropy, decoding, snr, rate-distortion
cs.LG: learning, neural network, gradient, training, generalization, classifier, representation learning, transformer, loss, deep learning, reinforcement learning, classification, clustering, self-supervised, federated learning, overfitting
cs.LO: logic, proof, theorem prover, temporal logic, satisfiability, sat solver, verification, formal proof, model checking, decidable, semantics
cs.MA: multi-agent, agent, coordination, swarm, cooperation, agent-based, negotiation, collective
cs.MM: multimedia, streaming, audio-visual, video quality, watermark, codec, media, cross-modal
cs.NE: evolutionary, genetic algorithm, spiking, neuroevolution, fitness, swarm, crossover, mutation, metaheuristic
cs.NI: network, 5g, 6g, wireless, traffic, routing, latency, iot, protocol, edge, packet, bandwidth
cs.OS: operating system, kernel, linux, scheduler, file system, virtual memory, hypervisor, memory management
cs.PL: compiler, type system, program, programming language, semantics, type inference, static analysis, rust, functional programming, synthesis
cs.RO: robot, robotic, manipulation, grasping, locomotion, navigation, drone, trajectory, motion planning, humanoid, slam, autonomous driving, quadruped, gripper, teleoperation, legged, manipulator, path planning, uav
cs.SD: speech, audio, music, sound, speaker, acoustic, voice, singing, text-to-speech, asr, spectrogram, microphone
cs.SE: software, code, bug, developer, testing, repository, program repair, code review, requirement, github, refactoring, maintenance, pull request, code generation, debugging, unit test, devops
cs.SI: social network, social media, community detection, twitter, influence, misinformation, user behavior, diffusion, polarization, online
econ: market, price, welfare, economic, firm, consumer, labor, income, wage, trade, causal effect, policy
eess.IV: mri, ct, image reconstruction, denoising, super-resolution, compression, medical image, ultrasound, scan, tumor
eess.SP: signal, radar, sensing, eeg, channel estimation, beamforming, mimo, waveform, filter, spectrum, ofdm
eess.SY: controller, control, stability, power system, grid, model predictive, lyapunov, nonlinear system, battery, feedback, voltage, microgrid
gr-qc: black hole, gravitational wave, spacetime, general relativity, horizon, gravity, metric, wormhole, schwarzschild, kerr, quasinormal, einstein
hep-ex: collider, lhc, decay, cross section, detector, proton, boson, branching fraction, atlas, cms, muon
hep-lat: lattice qcd, lattice gauge, quark, pion, wilson, hadron, staggered, chiral
hep-ph: standard model, higgs, neutrino, quark, qcd, decay, lepton, axion, flavor, dark matter, effective field theory, meson
hep-th: string theory, supersymmetry, holography, conformal field theory, gauge theory, ads, brane, duality, supergravity, scattering amplitude, operator
math-ph: hamiltonian, integrable, schrödinger operator, spectral, yang-baxter, quantum mechanics, symmetry, lattice model
math.AC: commutative ring, ideal, noetherian, cohen-macaulay, syzygy, local ring, module
math.AG: variety, moduli, scheme, sheaf, divisor, algebraic curve, surface, birational, cohomology, hodge, fano, toric, stack
math.AP: pde, partial differential, well-posedness, elliptic, regularity, weak solution, navier-stokes, parabolic, schrödinger equation, wave equation, blow-up, sobolev
math.AT: homotopy, cohomology, spectral sequence, homology, operad, spectra, simplicial, fibration, persistent homology
math.CA: inequality, harmonic analysis, fourier, orthogonal polynomial, maximal function, special function, integral operator, hardy space
math.CO: graph, combinatorial, extremal, permutation, matroid, poset, ramsey, partition, tree, hypergraph, chromatic, polytope, coloring
math.CT: category, functor, monad, adjunction, topos, monoidal category, categorical, enriched
math.CV: holomorphic, complex analysis, meromorphic, plurisubharmonic, kähler, several complex variable, bergman, riemann surface
math.DG: riemannian, curvature, manifold, ricci, geodesic, minimal surface, metric, einstein metric, connection, mean curvature flow
math.DS: dynamical system, ergodic, orbit, chaos, hyperbolic, lyapunov exponent, attractor, invariant measure, entropy, bifurcation
math.FA: banach, hilbert space, bounded operator, operator, functional analysis, norm, frame, compact operator
math.GR: group, subgroup, finite group, conjugacy, abelian, coxeter, nilpotent, automorphism, simple group
math.GT: knot, 3-manifold, link, hyperbolic surface, mapping class group, heegaard, braid, floer, teichmüller
math.LO: set theory, model theory, forcing, ordinal, cardinal, definable, axiom, recursion theory, reverse mathematics, first-order
math.NA: finite element, discretization, numerical scheme, error estimate, convergence, preconditioner, solver, runge-kutta, quadrature, galerkin, time stepping, iterative method
math.NT: prime, modular form, l-function, arithmetic, elliptic curve, diophantine, galois, zeta function, automorphic, number field, integer
math.OC: optimization, convex, optimal control, gradient descent, convergence rate, constraint, linear program, stochastic optimization, minimax, lagrangian, nonsmooth
math.PR: random walk, brownian, stochastic, martingale, markov chain, percolation, large deviation, random matrix, limit theorem, branching process, stochastic differential
math.QA: quantum group, hopf algebra, tensor category, vertex algebra, yangian, skein, fusion category
math.RA: ring, algebra, module, associative, lie algebra, leibniz, graded algebra, derivation
math.RT: representation, lie algebra, quiver, hecke algebra, weyl group, tilting, character, simple module, crystal
math.SG: symplectic, lagrangian submanifold, floer, contact structure, poisson, hamiltonian
math.ST: estimator, minimax, asymptotic, consistency, hypothesis test, high-dimensional, bayesian, posterior, nonparametric, confidence interval, rate of convergence, concentration inequality, empirical process, bootstrap, density estimation
nlin: chaos, soliton, integrable, synchronization, oscillator, bifurcation, pattern formation, nonlinear wave, cellular automaton
nucl-ex: heavy-ion, collision, nuclear reaction, isotope, beam, nucleus, decay, cross section, alice, fission
nucl-th: nucleus, nuclear, nucleon, shell model, isotope, nuclear matter, quark-gluon plasma, scattering, deformation, equation of state
physics.ao-ph: climate, weather, ocean, atmospheric, precipitation, rainfall, cyclone, forecast, aerosol, cloud, temperature, monsoon
physics.atom-ph: atom, rydberg, laser cooling, atomic clock, spectroscopy, ion trap, hyperfine, trapped ion
physics.bio-ph: cell, protein, membrane, biophysical, motor, tissue, cytoskeleton, bacteria, dna, morphogenesis
physics.chem-ph: molecule, molecular dynamics, density functional, electronic structure, force field, coupled cluster, chemical, reaction, potential energy surface, basis set
physics.flu-dyn: flow, turbulence, turbulent, reynolds number, vortex, fluid, drag, bubble, droplet, wake, boundary layer, convection
physics.geo-ph: seismic, earthquake, fault, subsurface, mantle, geophysical, inversion, wavefield, tectonic, reservoir
physics.med-ph: dose, radiotherapy, proton therapy, mri, pet, ct, patient, radiation, imaging, tumor
physics.optics: laser, photonic, optical, light, waveguide, metasurface, resonator, fiber, photon, frequency comb, nonlinear optic, beam
physics.plasm-ph: plasma, tokamak, fusion, magnetic confinement, stellarator, laser-plasma, gyrokinetic, instability, divertor
physics.soc-ph: social, epidemic, network, opinion dynamics, city, mobility, human behavior, cooperation, complex network, traffic
physics.space-ph: solar wind, magnetosphere, ionosphere, space weather, geomagnetic, reconnection, satellite, spacecraft, auroral
q-bio.BM: protein, structure prediction, binding, ligand, molecular dynamics, folding, rna structure, amino acid, docking, drug
q-bio.GN: genome, gene, sequencing, transcriptomic, single-cell, dna, variant, expression, gwas, rna-seq
q-bio.NC: neuron, brain, cortex, cortical, neural activity, fmri, memory, spike, visual cortex, hippocampus, cognitive, eeg
q-bio.PE: population, epidemic, evolution, species, phylogenetic, infection, fitness, ecological, disease transmission, mutation, vaccine
q-bio.QM: biological, cell, microscopy, assay, biomarker, clinical, dose-response, single-cell, pathology, patient
q-fin: portfolio, option, volatility, asset, stock, pricing, hedging, financial, market, risk measure, trading, return
quant-ph: quantum, qubit, entanglement, quantum computing, quantum circuit, error correction, entangled, hamiltonian, photon, decoherence, quantum state, fidelity
stat: bayesian, regression, estimator, inference, causal, treatment effect, posterior, covariate, survival, clinical trial, missing data, confidence interval, sampling, time series, mixed model, monte carlo, variance, quantile
"""  # noqa: E501 - a line per category


@cache
def field_words() -> dict[str, tuple[str, ...]]:
    """List for each word or phrase, by its stems, the categories it speaks for."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _WORDS.strip().splitlines():
        category, _, words = line.partition(": ")
        for word in words.split(", "):
            key = " ".join(stems_of(word))
            found[key] = (*found.get(key, ()), category)
    return found
